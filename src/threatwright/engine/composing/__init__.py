"""From what was read to a proposed system."""
