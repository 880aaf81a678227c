"""Every write of the KPI floor, by subject."""
