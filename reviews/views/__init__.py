"""Pages of the review floor, by subject."""
