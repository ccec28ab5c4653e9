"""Changes of many incidents at once: previewed, done one by one, and taken back as a whole."""
