"""What became of the invoices: reconciliation, the lists of the ledger, its statement and its report."""
