"""What the worker does for news: mail a bundle, show a piece in a browser.

The words are made from what the receiver may read at that moment, by the query of their own list.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby

from itsm.kernel.work import Work
from itsm.news import links, queries
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


def mailing(outside: Outside) -> Effect[Task, Outcome]:
    """Return the job `news.mail`: payload `person_id` and the `ids` of what one mail tells."""
    url = outside.public_url
    return Effect(partial(_prepare, url), hand_over(outside), partial(_record, url))


def pushing(outside: Outside) -> Effect[Task, Outcome]:
    """Return the job `news.push`: payload `news_id` and the browser's `contact_id`."""
    return Effect(partial(_prepare_push, outside.public_url), hand_over(outside), _record_push)


def _prepare(url: str, work: Work, payload: Payload) -> Task | None:
    person = work.session.get_one(Person, int(str(payload["person_id"])))
    message = _mail(url, work, person, payload)
    if message is None or not person.active or not person.email:
        return None
    return Task(MAIL, EmailConfig(address=person.email), message)


def _record(url: str, work: Work, payload: Payload, outcome: Outcome) -> None:
    person = work.session.get_one(Person, int(str(payload["person_id"])))
    message = _mail(url, work, person, payload)
    if outcome.state is OutcomeState.FAILED:
        raise MailFailed(outcome.detail)
    if outcome.kept and message is not None:
        notify.keep(work, person.id, MAIL, person.email, message)


class MailFailed(Exception):
    """The mail server has not taken a mail; the outbox tries again, and parks it in the end."""


def _as_person(work: Work, person: Person) -> Work:
    """Return the Work in which the person themselves would read."""
    return replace(work, actor=people.actor(work, person))


def _mail(url: str, work: Work, person: Person, payload: Payload) -> Message | None:
    ids = payload["ids"]
    wanted = [int(str(one)) for one in ids] if isinstance(ids, list) else []
    found = queries.pieces(_as_person(work, person), wanted)
    if not found:
        return None
    key = f"news-{found[0].id}-{len(found)}"
    numbers = {piece.number for piece in found}
    if len(numbers) > 1:
        return Message(
            key, f"News of {len(numbers)} tickets", _many(url, found), f"{url}/notifications"
        )
    first = found[0]
    asking = next((one for one in found if one.topic in links.ASKING), first)
    leave = work.vault.sign(f"{person.id}:{first.number}", LEAVE)
    return Message(
        key,
        _subject(first),
        f"{_lines(found)}\n\nNo more news of this ticket: {url}/notifications/leave/{leave}",
        f"{url}{links.path(work, asking, person.id)}",
        thread=f"ticket-{first.number}",
        leave=f"{url}/notifications/leave/{leave}",
    )


def _subject(piece: Piece) -> str:
    return f"[{piece.number}] " + ("Confidential ticket" if piece.confidential else piece.title)


def _lines(found: Sequence[Piece]) -> str:
    if found[0].confidential:
        return SECRET
    return "\n\n".join(f"{piece.text}.\n{piece.body or ''}".strip() for piece in found)


def _many(url: str, found: Sequence[Piece]) -> str:
    by_ticket = groupby(sorted(found, key=lambda one: one.number), key=lambda one: one.number)
    parts = []
    for _number, group in by_ticket:
        pieces = list(group)
        parts.append(f"{_subject(pieces[0])}\n{url}{pieces[0].path}\n{_lines(pieces)}")
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
