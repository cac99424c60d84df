"""Threat elicitation for AI systems: interview, draft, probe, keep."""
