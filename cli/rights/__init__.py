"""A consultation of rights, and what a register of rights holds."""
