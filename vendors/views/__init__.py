"""Pages of the vendor floor, by subject."""
