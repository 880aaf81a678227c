"""Reads of requests, quotes and comparisons; nothing here writes."""
