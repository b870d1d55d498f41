"""Returns explained to a provider: what was paid, what was refused, what to do."""
