"""Measurements of threatwright against labelled systems. Imports threatwright, never the reverse."""
