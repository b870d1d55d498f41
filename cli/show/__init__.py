"""What is in a file: flows, returns and zones as trees."""
