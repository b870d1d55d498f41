"""Copies and comparisons of files: conversions, masks, differences."""
