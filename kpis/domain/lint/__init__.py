"""The design lint: rules that look at a KPI tree before people sign it."""
