"""Service requests: something that a person wants, from asking until it is there."""
