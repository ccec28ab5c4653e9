"""Notices: what people are told about their schedules, once, in one way, with no answer asked.

A notice is no page: it does not escalate, and takes the quietest way in which its person is
reached.
"""

from collections.abc import Iterable, Sequence
from functools import partial

from itsm.kernel.work import Work
from itsm.notify import accounts
from itsm.notify import queries as contacts
from itsm.notify import service as notify
from itsm.notify.channel import SMS, VOICE, Message, Outcome, OutcomeState, Outside
from itsm.notify.channels.email import EmailConfig
from itsm.notify.jobs import hand_over
from itsm.notify.models import ContactMethod
from itsm.notify.queries import MAIL, Way
from itsm.notify.service import Task
from itsm.oncall import shift_queries
from itsm.oncall.shift_models import Notice
from itsm.platform import outbox
from itsm.platform.house import Effect
from itsm.platform.outbox import Payload

JOB = "oncall.notice"
# These ring; a notice uses them only where there is nothing else.
LOUD = frozenset({SMS, VOICE, "pushover"})


def tell(
    work: Work, schedule_id: int, people: Iterable[int], *, key: str, words: tuple[str, str]
) -> None:
    """Have each of the people told `words`, title and body, unless they were under this key."""
    title, body = words
    for person_id in dict.fromkeys(people):
        own_key = f"{key}:{person_id}"
        if shift_queries.was_told(work, own_key):
            continue
        notice = work.add(
            Notice(
                key=own_key,
                schedule_id=schedule_id,
                person_id=person_id,
                title=title[:200],
                body=body,
                at=work.now,
            )
        )
        outbox.put(work, JOB, {"notice_id": notice.id}, key=f"notice:{notice.id}")


def telling(outside: Outside) -> Effect[Task, Outcome]:
    """Return the job `oncall.notice`: hand one notice to its person, payload `notice_id`."""
    url = outside.public_url
    return Effect(partial(_prepare, url), hand_over(outside), partial(_record, url))


def _prepare(public_url: str, work: Work, payload: Payload) -> Task | None:
    notice = shift_queries.notice(work, int(str(payload["notice_id"])))
    if notice is None or notice.outcome is OutcomeState.ACCEPTED:
        return None
    way = _quietest(contacts.ways(work, [notice.person_id]).get(notice.person_id, ()))
    if way is None:
        notice.outcome, notice.detail = OutcomeState.FAILED, "there is no way to reach this person"
        return None
    notice.channel = way.channel
    contact = work.session.get(ContactMethod, way.contact_id) if way.contact_id else None
    config = notify.opened(work, contact) if contact else EmailConfig(address=way.address)
    account = accounts.of_channel(work, way.channel)
    return Task(way.channel, config, _message(public_url, notice), account)


def _record(public_url: str, work: Work, payload: Payload, outcome: Outcome) -> None:
    notice = shift_queries.notice(work, int(str(payload["notice_id"])))
    if notice is None:
        return
    notice.outcome, notice.detail = outcome.state, outcome.detail[:200]
    if outcome.kept:
        message = _message(public_url, notice)
        notify.keep(work, notice.person_id, notice.channel, "", message)


def _quietest(ways: Sequence[Way]) -> Way | None:
    """Return mail if there is any, else what does not ring, else what there is; a call last."""
    return min(ways, key=_noise, default=None)


def _noise(way: Way) -> tuple[bool, bool, bool]:
    return way.medium == VOICE, way.medium in LOUD, way.channel != MAIL


def _message(public_url: str, notice: Notice) -> Message:
    link = f"{public_url}/oncall/schedules/{notice.schedule_id}"
    return Message(f"notice-{notice.id}", notice.title, notice.body, link)
