"""The arithmetic and rules of quotes, totals and comparison: plain Python, no Django, no clock."""
