"""KGI and KPI trees, targets and their versions, measurements and imports, scorecards."""
