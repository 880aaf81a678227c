"""Reads of the vendor floor, by subject."""
