"""What people decide about threats, and what of it still holds."""
