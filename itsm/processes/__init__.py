"""The processes that make up a running instance, and their supervisor."""
