"""Floor 2: the HTTP toolkit. The door, declared permissions, errors, templates, static files."""
