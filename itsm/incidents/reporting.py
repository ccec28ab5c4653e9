"""What an employee reports in plain words, as an incident."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from itsm.assets import service as ci_links
from itsm.desk.inputs import Body, Command
from itsm.desk.models import Source
from itsm.incidents import service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.models import Incident
from itsm.kernel.errors import Invalid, NotFound
from itsm.kernel.work import Work
from itsm.tickets.inputs import Key
from itsm.tickets.wording import title_of


class Hurt(StrEnum):
    """Who is hit and how badly, as one question that everybody can answer."""

    WAITS = "waits"
    HAMPERED = "hampered"
    STOPPED = "stopped"
    SEVERAL = "several"
    MANY = "many"


# Impact and urgency, each from 1 (gravest) to 3.
GRAVITY: Mapping[Hurt, tuple[int, int]] = {
    Hurt.WAITS: (3, 3),
    Hurt.HAMPERED: (3, 2),
    Hurt.STOPPED: (3, 1),
    Hurt.SEVERAL: (2, 2),
    Hurt.MANY: (2, 1),
}


class Report(Command):
    """A fault in the words of whom it hits; `device` is the number of a CI that they use."""

    text: Body
    subject: Annotated[str, StringConstraints(strip_whitespace=True, max_length=400)] = ""
    device: Key = ""
    hurt: Hurt = Hurt.HAMPERED
    desk: Key = ""


def report(work: Work, told: Report) -> Incident:
    """Open an incident for the actor from what they tell. Emits IncidentOpened, TicketCiLinked.

    Raises Invalid for a device that is not theirs or a desk that takes nothing from them, Denied.
    """
    impact, urgency = GRAVITY[told.hurt]
    incident = service.open_(
        work,
        OpenIncident(
            title=told.subject or title_of(told.text),
            description=told.text,
            impact=impact,
            urgency=urgency,
            desk=told.desk,
            source=Source.PORTAL,
        ),
    )
    if told.device:
        try:
            ci_links.link_own(work, incident, told.device)
        except NotFound as error:
            raise Invalid(str(error), {"device": "unknown"}) from error
    return incident
