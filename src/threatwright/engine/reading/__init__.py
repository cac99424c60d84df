"""From texts to what they name and state, without a language model and with one."""
