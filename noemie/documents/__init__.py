"""Any file: what it is, and what can be made of it: masked copies, differences, other formats."""
