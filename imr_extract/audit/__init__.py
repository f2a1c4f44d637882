"""Audit: why a value is in the record, and whether every value stands in its letter."""
