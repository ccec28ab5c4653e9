"""Floor 0: pure ideas that every other room speaks in. No I/O, no web framework."""
