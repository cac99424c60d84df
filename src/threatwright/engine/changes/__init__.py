"""What differs between two states of a model, and what brought it about."""
