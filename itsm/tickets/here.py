"""Which kind of ticket a page is about: its views are registered once for each kind."""

from flask import request

from itsm.tickets import kinds
from itsm.tickets.kinds import KindOf


def kind() -> KindOf:
    """Return the kind at whose place the request came."""
    return kinds.at((request.blueprint or "").split(".")[0])
