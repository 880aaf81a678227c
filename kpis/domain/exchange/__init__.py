"""KPI trees as text, tables, JSON and drawings: read from outside, written for outside."""
