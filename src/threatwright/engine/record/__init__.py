"""The sources and the journal of a model, and the system that follows from them."""
