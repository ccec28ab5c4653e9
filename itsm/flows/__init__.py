"""Floor 8: the only room that knows two domains. What follows what."""
