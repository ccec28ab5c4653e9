"""What an employee asks for in plain words, as a service request."""

from typing import Annotated

from pydantic import StringConstraints

from itsm.desk.inputs import Body, Command
from itsm.desk.models import Source
from itsm.kernel.work import Work
from itsm.requests import service
from itsm.requests.models import ServiceRequest
from itsm.tickets.inputs import Key, OpenTicket
from itsm.tickets.wording import title_of


class Wish(Command):
    """Something to have or to be done, in the words of whom it is for."""

    text: Body
    subject: Annotated[str, StringConstraints(strip_whitespace=True, max_length=400)] = ""
    desk: Key = ""


def ask(work: Work, told: Wish) -> ServiceRequest:
    """Enter a request for the actor from what they tell. Emits RequestOpened.

    Raises Invalid for a desk that takes nothing from them, Denied.
    """
    new = OpenTicket(
        title=told.subject or title_of(told.text),
        description=told.text,
        desk=told.desk,
        source=Source.PORTAL,
    )
    return service.open_(work, new)
