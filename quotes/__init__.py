"""Requests for quotation, sealed rounds, quotes, comparison and decision."""
