"""Template filters of the KPI floor."""
