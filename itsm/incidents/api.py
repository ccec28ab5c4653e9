"""`/api/v1/incidents`: what incidents have beside what all tickets do."""

from flask import Response

from itsm.desk.api import TicketPath
from itsm.incidents import queries, service
from itsm.incidents.inputs import IncidentTransition, OpenIncident
from itsm.kernel.access import Permission
from itsm.tickets.api import TicketOut, answer_with, resource
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, check_match, once

api = resource("incidents", "Incidents", "Unplanned interruptions")


@api.post("", responses={201: TicketOut})
@needs(Permission.TICKET_CREATE)
@once
def create(body: OpenIncident) -> Response:
    """Open an incident."""
    work = current_work()
    incident = service.open_(work, body)
    response = answer_with(work, incident, 201)
    response.headers["Location"] = f"{PREFIX}/incidents/{incident.number}"
    return response


@api.post("/<number>/transitions", responses={200: TicketOut})
@needs(Permission.TICKET_TRANSITION)
@once
def move(path: TicketPath, body: IncidentTransition) -> Response:
    """Bring an incident to another state; an illegal step gets 409 with the legal ones."""
    work = current_work()
    incident = queries.get_to_change(work, path.number)
    check_match(incident.version)
    service.transition(work, incident, body)
    return answer_with(work, incident)
