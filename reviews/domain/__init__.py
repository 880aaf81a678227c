"""The arithmetic and rules of review cycles and agendas: plain Python, no Django, no clock."""
