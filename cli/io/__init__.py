"""What the command reads and writes: files, archives, folders, databases, progress, errors in one line."""
