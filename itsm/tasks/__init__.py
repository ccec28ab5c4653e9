"""Tasks on tickets of every kind: who has to do what until when."""
