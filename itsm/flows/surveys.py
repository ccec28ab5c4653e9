"""Asking the requester of a closed ticket how we did: when, by which news, and the card of it."""

from itsm.desk.mentions import readers
from itsm.desk.models import Ticket
from itsm.incidents.events import IncidentClosed
from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.news import queries as news_queries
from itsm.news import service as news
from itsm.news.models import Topic
from itsm.news.service import Told
from itsm.people import queries as people
from itsm.people.models import Person
from itsm.platform.outbox import Payload
from itsm.requests.events import RequestClosed
from itsm.surveys import queries, service
from itsm.surveys.models import Survey
from itsm.tickets.panels import Panel


def closed(work: Work, event: IncidentClosed | RequestClosed) -> None:
    """Decide whether to ask about a ticket that was closed."""
    service.consider(work, queries.ticket(work, event.ticket_id))


def ask(work: Work, payload: Payload) -> None:
    """Ask, and tell the person so. A timer; payload `survey_id`."""
    survey = queries.by_id(work, int(str(payload["survey_id"])))
    if survey is None:
        return
    who = _whom(work, survey)
    if service.ask(work, survey, wanted=bool(who)):
        told = {survey.person_id: Topic.SURVEY}
        news.tell(work, survey.ticket_id, told, who, Told("ticket.survey_asked"))


def _whom(work: Work, survey: Survey) -> list[Person]:
    """Return who is to be asked: nobody where they are gone or have left it, or it is open."""
    if survey.ticket.closed_at is None or survey.ticket.state != "closed":
        return []
    if survey.person_id in news_queries.who_left(work, survey.ticket_id):
        return []
    active = people.active(work, [survey.person_id])
    return list(readers(work, survey.ticket, active, Permission.TICKET_READ))


def card(work: Work, ticket: Ticket) -> Panel | None:
    """Return the card of what the requester said under their name."""
    if ticket.open or not work.can(Permission.TICKET_NOTE, ticket):
        return None
    answer = queries.named(work, ticket.id)
    return Panel("How we did", "surveys/card.html", {"answer": answer}) if answer else None
