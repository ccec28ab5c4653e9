"""Notify: the ways in which a person can be reached, and the channels that reach them."""
