"""Reports: plain data first (already masked), then text for a person; JSON is the data itself."""
