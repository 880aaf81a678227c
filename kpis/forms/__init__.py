"""Forms of the KPI floor: they validate, nothing else."""
