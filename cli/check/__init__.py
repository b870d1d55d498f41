"""What `noemie check` finds: one run over files, and its report in every format."""
