"""The arithmetic and rules of KPI trees, values, scores: plain Python, no Django, no clock."""
