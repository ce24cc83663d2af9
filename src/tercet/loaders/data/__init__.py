"""Data: CSV, JSON, XML."""
