"""What differs between two files; `noemie.documents.diff.comparison` compares them."""
