"""What each command takes that only incidents know."""

from typing import Literal

from pydantic import AwareDatetime, Field

from itsm.tickets.inputs import OpenTicket, Transition


class OpenIncident(OpenTicket):
    """An incident to open."""

    major: bool = Field(default=False, description="declared a major incident at once")


class IncidentTransition(Transition):
    """A step of an incident, and what becomes of alerts that fire while it is resolved."""

    alerts: Literal["handled", "silence"] = Field(
        default="handled",
        description="what becomes of alerts that fire while it is resolved: `handled` leaves them "
        "alone for an hour and opens it again if they fire then, `silence` keeps them quiet until "
        "they recover, at the longest until `silence_until`",
    )
    silence_until: AwareDatetime | None = Field(
        default=None, description="needed for `silence`; at most 30 days from now"
    )
