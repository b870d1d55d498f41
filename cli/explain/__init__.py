"""The catalogue: what a code, a label, a rule or a field means."""
