"""The import domain: files in, counts with reasons out."""
