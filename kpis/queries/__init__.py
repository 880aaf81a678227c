"""Reads of the KPI floor, by subject."""
