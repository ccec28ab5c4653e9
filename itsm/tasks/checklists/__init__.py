"""Checklists: steps that are done again and again, put on a ticket as tasks."""
