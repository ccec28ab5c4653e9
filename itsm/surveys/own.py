"""What the portal asks of one's own ticket once it is closed."""

from dataclasses import dataclass

from itsm.desk.models import Ticket
from itsm.kernel.work import Work
from itsm.surveys import queries, service
from itsm.surveys.models import Answer
from itsm.surveys.pages import RATINGS


@dataclass(frozen=True, slots=True)
class Question:
    """The question about a ticket, with what was answered so far."""

    number: str
    answer: Answer | None
    ratings: tuple[tuple[int, str], ...] = RATINGS


def question(work: Work, ticket: Ticket) -> Question | None:
    """Return what the actor is asked about a ticket now, None where nothing is."""
    if ticket.closed_at is None or ticket.requester_id != work.actor.id:
        return None
    survey = queries.of_ticket(work, ticket.id)
    if survey is None or survey.person_id != work.actor.id or not queries.lives(work, survey):
        return None
    return Question(ticket.number, service.answer_to(work, survey))
