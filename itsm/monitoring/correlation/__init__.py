"""Which alerts belong to one incident: rules over what alerts say, and storms."""
