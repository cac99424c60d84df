"""From a system to its threats, verdicts and gaps."""
