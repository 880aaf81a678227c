"""Pages that combine apps: home by role, dashboards, shared pages. Reads only, no models."""
