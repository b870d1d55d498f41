"""Pseudonymised copies of real files; `noemie.documents.mask.copies` writes them."""
