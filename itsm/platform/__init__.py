"""Floor 1: what the domain stands on. Database, journal, outbox, timers, secrets, the outside."""
