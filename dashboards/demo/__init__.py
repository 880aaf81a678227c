"""The demo: real deliveries with a quote round around them, and an invented marketing case."""
