"""Finds catalogue entries and patterns by words."""
