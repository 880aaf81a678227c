"""Wiring of reviews."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """The reviews floor."""

    name = "reviews"
    verbose_name = "振り返り"
