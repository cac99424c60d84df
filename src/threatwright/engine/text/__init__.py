"""Words: sentences, phrases in them, and whether these are affirmed, denied or doubted."""
