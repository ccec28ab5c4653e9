"""What the worker does for news: mail a bundle, show a piece in a browser.

The words are made from what the receiver may read at that moment, by the query of their own list.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from itsm.kernel.work import Work
from itsm.news import links, queries
from itsm.news.models import Topic
from itsm.news.queries import Piece
from itsm.notify import accounts
from itsm.notify import service as notify
from itsm.notify.channel import Message, Outcome, OutcomeState, Outside
from itsm.notify.channels.email import EmailConfig
from itsm.notify.jobs import hand_over
from itsm.notify.models import ContactMethod
from itsm.notify.queries import MAIL
from itsm.notify.service import Task
from itsm.people import queries as people
from itsm.people.models import Person
from itsm.platform.house import Effect
from itsm.platform.outbox import Payload

LEAVE = "news.leave"
SECRET = "News of a confidential ticket. Log in to read it."  # noqa: S105 - a sentence


# Returns what a mail says below a survey's question; takes the Work, our address and a ticket's id.
Question = Callable[[Work, str, int], str]


@dataclass(frozen=True, slots=True)
class Letter:
    """What mails are made with: our address, and what is asked in a survey."""

    url: str
    question: Question


def mailing(outside: Outside, question: Question) -> Effect[Task, Outcome]:
    """Return the job `news.mail`: payload `person_id` and the `ids` of what one mail tells."""
    letter = Letter(outside.public_url, question)
    return Effect(partial(_prepare, letter), hand_over(outside), partial(_record, letter))


def pushing(outside: Outside) -> Effect[Task, Outcome]:
    """Return the job `news.push`: payload `news_id` and the browser's `contact_id`."""
    return Effect(partial(_prepare_push, outside.public_url), hand_over(outside), _record_push)


def _prepare(letter: Letter, work: Work, payload: Payload) -> Task | None:
    person = work.session.get_one(Person, int(str(payload["person_id"])))
    message = _mail(letter, work, person, payload)
    if message is None or not person.active or not person.email:
        return None
    return Task(MAIL, EmailConfig(address=person.email), message)


def _record(letter: Letter, work: Work, payload: Payload, outcome: Outcome) -> None:
    person = work.session.get_one(Person, int(str(payload["person_id"])))
    message = _mail(letter, work, person, payload)
    if outcome.state is OutcomeState.FAILED:
        raise MailFailed(outcome.detail)
    if outcome.kept and message is not None:
        notify.keep(work, person.id, MAIL, person.email, message)


class MailFailed(Exception):
    """The mail server has not taken a mail; the outbox tries again, and parks it in the end."""


def _as_person(work: Work, person: Person) -> Work:
    """Return the Work in which the person themselves would read."""
    return replace(work, actor=people.actor(work, person))


def _mail(letter: Letter, work: Work, person: Person, payload: Payload) -> Message | None:
    url = letter.url
    ids = payload["ids"]
    wanted = [int(str(one)) for one in ids] if isinstance(ids, list) else []
    found = queries.pieces(_as_person(work, person), wanted)
    if not found:
        return None
    key = f"news-{found[0].id}-{len(found)}"
    numbers = {piece.number for piece in found}
    if len(numbers) > 1:
        told = _many(letter, work, found)
        return Message(key, f"News of {len(numbers)} tickets", told, f"{url}/notifications")
    first = found[0]
    asking = next((one for one in found if one.topic in links.ASKING), first)
    link = work.vault.sign(f"{person.id}:{first.number}", LEAVE)
    leave = f"{url}/notifications/leave/{link}"
    return Message(
        key,
        _subject(first),
        f"{_lines(letter, work, found)}\n\nNo more news of this ticket: {leave}",
        f"{url}{links.path(work, asking, person.id)}",
        thread=f"ticket-{first.number}",
        leave=leave,
    )


def _subject(piece: Piece) -> str:
    return f"[{piece.number}] " + ("Confidential ticket" if piece.confidential else piece.title)


def _lines(letter: Letter, work: Work, found: Sequence[Piece]) -> str:
    return "\n\n".join([_told(found), *_asked(letter, work, found)])


def _told(found: Sequence[Piece]) -> str:
    if found[0].confidential:
        return SECRET
    return "\n\n".join(f"{piece.text}.\n{piece.body or ''}".strip() for piece in found)


def _asked(letter: Letter, work: Work, found: Sequence[Piece]) -> list[str]:
    """Return the question of a survey with its links; it says nothing of what the ticket holds."""
    asked = {piece.ticket_id for piece in found if piece.topic is Topic.SURVEY}
    said = [letter.question(work, letter.url, one) for one in sorted(asked)]
    return [f"How did we do?\n\n{one}" for one in said if one]


def _many(letter: Letter, work: Work, found: Sequence[Piece]) -> str:
    by_ticket = groupby(sorted(found, key=lambda one: one.number), key=lambda one: one.number)
    parts = []
    for _number, group in by_ticket:
        pieces = list(group)
        head = f"{_subject(pieces[0])}\n{letter.url}{pieces[0].path}"
        parts.append(f"{head}\n{_lines(letter, work, pieces)}")
    return "\n\n".join(parts)


def _prepare_push(url: str, work: Work, payload: Payload) -> Task | None:
    contact = work.session.get(ContactMethod, int(str(payload["contact_id"])))
    if contact is None or contact.gone_at is not None:
        return None
    person = work.session.get_one(Person, contact.person_id)
    found = queries.pieces(_as_person(work, person), [int(str(payload["news_id"]))])
    if not found or not person.active:
        return None
    piece = found[0]
    body = SECRET if piece.confidential else f"{piece.text}. {piece.excerpt}".strip()
    message = Message(f"news-{piece.id}-{contact.id}", _subject(piece), body, f"{url}{piece.path}")
    account = accounts.of_channel(work, contact.channel)
    return Task(contact.channel, notify.opened(work, contact), message, account)


def _record_push(work: Work, payload: Payload, outcome: Outcome) -> None:
    contact = work.session.get(ContactMethod, int(str(payload["contact_id"])))
    if contact is not None:
        notify.note_outcome(work, contact, outcome)
