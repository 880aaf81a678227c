"""The roof of the house: settings, URLs, Celery and the API root. No logic lives here."""

from aimitsu.celery import app as celery_app

__all__ = ["celery_app"]
