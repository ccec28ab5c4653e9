"""Answers to a page by text message, by key of a telephone, by button: who, to which, and what."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

from itsm.kernel.errors import Denied, Refused
from itsm.kernel.work import Work
from itsm.notify import queries as contacts
from itsm.notify import service as notify
from itsm.oncall import delivery_queries as queries
from itsm.oncall import service
from itsm.oncall.escalation import State
from itsm.oncall.models import Page
from itsm.people import queries as people

CODE = re.compile(r"\b\d{4,6}\b")
ALL = re.compile(r"\ball\b", re.IGNORECASE)
# So many replies of a phone are answered: two machines that answer each other come to an end.
MOST_ANSWERS = 5
WITHIN = timedelta(minutes=15)


def by_text(work: Work, phone: str, text: str, message_id: str) -> str:
    """Take what a text message takes: the page of its code, or all; return what to answer.

    The same message handed over again does nothing. Nothing is answered to a phone that nobody
    has as a contact, nor when it has been answered often: "" then.
    """
    answered = contacts.replies_since(work, phone, work.now - WITHIN)
    if not notify.note_reply(work, phone, message_id):
        return ""
    behind = contacts.people_behind(work, phone)
    code = CODE.search(text)
    if code is None and not ALL.search(text):
        said = "Reply with the code of a page to take it, or all." if behind else ""
    else:
        wanted = code.group() if code else ""
        said = _take(work, _of_one_person(work, behind, wanted)) if behind else ""
    return said if answered < MOST_ANSWERS else ""


def take(work: Work, pages: Iterable[Page]) -> str:
    """Take the tickets of several pages as their persons, each once; return what to tell them."""
    of_tickets = {page.escalation_id: page for page in pages}
    return " ".join(acknowledge(work, page) for page in of_tickets.values())


def acknowledge(work: Work, page: Page) -> str:
    """Take the ticket of a page as its person; return what to tell them."""
    work.actor = people.actor(work, page.person)
    row = page.escalation
    number = row.ticket.number
    if row.state is State.DONE:
        return f"{number} is over already."
    if row.state is State.ACKNOWLEDGED and row.acknowledged_by_id != page.person_id:
        name = row.acknowledged_by.name if row.acknowledged_by else "somebody at the source"
        return f"{number} is taken already, by {name}."
    try:
        service.acknowledge(work, row.ticket_id, escalation_id=row.id)
    except (Refused, Denied) as refused:
        return f"{number}: {refused}."
    return f"{number} is yours."


def pass_on(work: Work, page: Page) -> str:
    """Have the next step told for the person of a page; return what to tell them."""
    work.actor = people.actor(work, page.person)
    number = page.escalation.ticket.number
    try:
        service.pass_on(work, page)
    except Refused as refused:
        return f"{number}: {refused}."
    return f"{number}: the next person is told."


def _of_one_person(work: Work, behind: Sequence[int], code: str) -> Sequence[Page]:
    """Return what the first of those who share a phone can answer: a message speaks for one."""
    of_each = (queries.answerable(work, who, code) for who in behind)
    return next(filter(None, of_each), ())


def _take(work: Work, pages: Sequence[Page]) -> str:
    if not pages:
        return "There is no page of that code any more."
    return take(work, list(reversed(pages)))
