"""What a practice must do today: the answer of the ledger as text, as a page, as data."""
