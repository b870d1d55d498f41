"""What became of each invoice: what was sent matched with what came back."""
