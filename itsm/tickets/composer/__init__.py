"""What one writes a reply with: templates and macros, drafts, and who else is at it."""
