"""The checks behind the rules of `codes.rules`, one module per family."""
