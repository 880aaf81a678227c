"""Forms of requests and quotes: they validate, and hand whole drafts to the operations."""
