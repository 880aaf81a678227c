"""The ground floor: domain values, tenancy, audit, outbox, health, components and embedded services."""
