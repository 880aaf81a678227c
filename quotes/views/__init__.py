"""Pages of requests and quotes, by subject."""
