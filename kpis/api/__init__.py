"""The API of the KPI floor, by subject."""
