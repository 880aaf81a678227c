"""The arithmetic and rules of engagements: plain Python, no Django, no clock."""
