"""Claims that somebody makes, held against a model."""
