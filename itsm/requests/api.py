"""`/api/v1/requests`: what service requests have beside what all tickets do."""

from flask import Response

from itsm.desk.api import TicketPath
from itsm.kernel.access import Permission
from itsm.requests import service
from itsm.requests.models import ServiceRequest
from itsm.tickets import queries
from itsm.tickets.api import TicketOut, answer_with, resource
from itsm.tickets.inputs import OpenTicket, Transition
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, check_match, once

api = resource("requests", "Requests", "Something that a person wants")


@api.post("", responses={201: TicketOut})
@needs(Permission.TICKET_CREATE)
@once
def create(body: OpenTicket) -> Response:
    """Ask for something."""
    work = current_work()
    request = service.open_(work, body)
    response = answer_with(work, request, 201)
    response.headers["Location"] = f"{PREFIX}/requests/{request.number}"
    return response


@api.post("/<number>/transitions", responses={200: TicketOut})
@needs(Permission.TICKET_TRANSITION)
@once
def move(path: TicketPath, body: Transition) -> Response:
    """Bring a request to another state; an illegal step gets 409 with the legal ones."""
    work = current_work()
    request = queries.get_as_to_change(work, ServiceRequest, path.number)
    check_match(request.version)
    service.transition(work, request, body)
    return answer_with(work, request)
