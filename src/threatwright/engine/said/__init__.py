"""What a person says, made into entries of the journal."""
