"""Major incidents: who runs one, what employees are told of it, and what is learnt from it."""
