"""A ticket's story: all that happened to it, to be handed to somebody outside or kept."""
