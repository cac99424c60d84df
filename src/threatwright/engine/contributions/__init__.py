"""What a language model is asked about a draft, and what of its reply counts."""
