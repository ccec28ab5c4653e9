"""Service requests: something that a person wants, from asking to fulfilment."""
