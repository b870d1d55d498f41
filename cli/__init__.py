"""What a person touches: the command `noemie` and its reports."""
