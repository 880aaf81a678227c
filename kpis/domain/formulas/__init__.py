"""Formulas of KPIs: a small language of its own, never Python."""
