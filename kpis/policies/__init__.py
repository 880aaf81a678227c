"""Who may do what on the KPI floor, and why not."""
