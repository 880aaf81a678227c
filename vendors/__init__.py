"""The vendor directory, engagements (the order), agreed KPIs and shares of dashboards."""
