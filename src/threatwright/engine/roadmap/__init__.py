"""What is left to do, in which order, and what it would take off."""
