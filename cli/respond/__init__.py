"""What the simulated caisse answered: one model, told as text."""
