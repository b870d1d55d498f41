"""NOEMIE returns and ARLs: read, checked, explained and written."""
