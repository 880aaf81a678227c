"""Pages that combine floors."""
