"""What a model takes from other files, read-only."""
