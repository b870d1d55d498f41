"""What developers run: reference pages, transcripts and schemas, written again from the tables."""
