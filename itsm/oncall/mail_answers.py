"""Answers to a page by mail: the reply goes to an address that names the page.

The address is as secret as the link beside it, and the sender has to be the person who was paged.
A mail that says that ours was not delivered has the page told another way.
"""

import re
from hashlib import sha256
from typing import Final

from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.notify import queries as contacts
from itsm.notify import service as notify
from itsm.notify.channel import Message, Outcome, Outside
from itsm.notify.channels.email import EmailConfig
from itsm.notify.jobs import hand_over
from itsm.notify.queries import MAIL
from itsm.notify.service import Task
from itsm.oncall import delivery_queries, queries, receipts, replies
from itsm.oncall.mail_text import Incoming, read
from itsm.oncall.models import Page
from itsm.platform import intake, outbox
from itsm.platform.house import Effect
from itsm.platform.intake import IntakeRow, IntakeState
from itsm.platform.outbox import Lane, Payload

JOB: Final = "oncall.mail"
ANSWER: Final = "oncall.mail_answer"
_TAKE: Final = re.compile(r"(?:ack\w*|take|taken|mine|ok|okay|yes|ja|übernommen)\b", re.IGNORECASE)
_PASS: Final = re.compile(r"(?:next|pass|escalate|no|nein)\b", re.IGNORECASE)
WORDS: Final = "Reply with ACK to take it, or NEXT to have the next person told."


def take(work: Work, payload: Payload) -> None:
    """Job `oncall.mail`: do what a reply says. Payload: `intake_id`, `token`, `sender`."""
    row = work.session.get_one(IntakeRow, int(str(payload["intake_id"])))
    if row.state is not IntakeState.RECEIVED:
        return
    mail = read(row.body, str(payload["sender"]))
    try:
        page = queries.page_by_token(work, str(payload["token"]))
    except NotFound as error:
        intake.finish(work, row.id, IntakeState.REJECTED, reason=str(error))
        return
    state, reason = _act(work, page, mail, row.id)
    intake.finish(work, row.id, state, reason=reason)


def _act(work: Work, page: Page, mail: Incoming, intake_id: int) -> tuple[IntakeState, str]:
    if mail.failed:
        return _not_delivered(work, page, mail.failed)
    if mail.automatic:
        return IntakeState.IGNORED, "a machine sent it by itself"
    if mail.sender not in _addresses(work, page):
        return IntakeState.REJECTED, "its sender is not the person who was paged"
    told = _key(f"sender:{mail.sender}", 24)
    answered = contacts.replies_since(work, told, work.now - replies.WITHIN)
    if not notify.note_reply(work, told, _key(mail.message_id or str(page.id), 56)):
        return IntakeState.IGNORED, "it came before"
    said = _said(work, page, mail.line)
    if answered < replies.MOST_ANSWERS:
        _answer(work, page, mail.sender, said, intake_id)
    return IntakeState.DONE, said


def _said(work: Work, page: Page, line: str) -> str:
    if _TAKE.match(line):
        return replies.acknowledge(work, page)
    if _PASS.match(line):
        return replies.pass_on(work, page)
    return f"{page.escalation.ticket.number}: this was not understood. {WORDS}"


def _not_delivered(work: Work, page: Page, why: str) -> tuple[IntakeState, str]:
    for delivery_id in delivery_queries.mails_of(work, page.id):
        delivery = queries.delivery(work, delivery_id)
        if delivery is not None:
            receipts.lose(work, delivery, f"the mail server says {why}"[:200])
    return IntakeState.DONE, f"not delivered: {why}"


def _addresses(work: Work, page: Page) -> frozenset[str]:
    """Return the addresses from which the person of a page may answer."""
    own = {page.person.email} if page.person.email else set()
    mine = contacts.contacts_of(work, page.person_id)
    own |= {contact.address for contact in mine if contact.channel == MAIL}
    return frozenset(address.casefold() for address in own)


def _answer(work: Work, page: Page, address: str, said: str, intake_id: int) -> None:
    number = page.escalation.ticket.number
    payload: Payload = {
        "person_id": page.person_id,
        "address": address,
        "title": f"{number}: your reply",
        "body": said,
        "key": f"reply-{intake_id}",
    }
    outbox.put(work, ANSWER, payload, lane=Lane.PAGE)


def answering(outside: Outside) -> Effect[Task, Outcome]:
    """Return the job `oncall.mail_answer`: tell who replied what came of it."""
    return Effect(_prepare, hand_over(outside), _record)


def _prepare(work: Work, payload: Payload) -> Task:
    del work
    return Task(MAIL, EmailConfig(address=str(payload["address"])), _message(payload), None)


def _record(work: Work, payload: Payload, outcome: Outcome) -> None:
    if outcome.kept:
        person_id, address = int(str(payload["person_id"])), str(payload["address"])
        notify.keep(work, person_id, MAIL, address, _message(payload))


def _message(payload: Payload) -> Message:
    title, body, key = (str(payload[name]) for name in ("title", "body", "key"))
    return Message(key=key, title=title, body=body)


def _key(text: str, length: int) -> str:
    return f"mail:{sha256(text.encode()).hexdigest()[:length]}"
