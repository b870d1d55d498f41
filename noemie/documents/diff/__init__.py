"""What differs between two files; `noemie.documents.diff.comparison` compares them."""

from noemie.documents.diff.comparison import Comparison, DifferentFamiliesError, compare

__all__ = ["Comparison", "DifferentFamiliesError", "compare"]
