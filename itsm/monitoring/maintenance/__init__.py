"""Maintenance windows: planned times in which what monitoring says of some CIs is kept quiet."""
