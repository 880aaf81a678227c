"""Pages of the KPI floor, by subject."""
