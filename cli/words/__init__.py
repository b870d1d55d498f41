"""How things are said and shown: both languages, pages and tables of text, what every report shares."""
