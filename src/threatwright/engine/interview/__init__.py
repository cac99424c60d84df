"""Which questions are open, and what is asked next."""
