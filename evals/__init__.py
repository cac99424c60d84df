"""Measurements against labelled systems. Imports threatwright, never the reverse."""
