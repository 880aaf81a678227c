"""Reads of the review floor, by subject."""

from reviews.queries.notices import unread_count

__all__ = ["unread_count"]
