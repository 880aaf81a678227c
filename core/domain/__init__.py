"""Django-free values and rules that every floor stands on."""
