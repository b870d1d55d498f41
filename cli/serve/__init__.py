"""The local page and the HTTP interface: `noemie serve`. Nothing here computes an amount."""
