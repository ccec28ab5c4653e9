"""The desk: what all tickets share."""
