"""What nobody looks after: the lead of each team is told every working morning.

Two lists of the teams that somebody leads: what nobody owns for four hours, and what nobody has
worked on for two days. No mail is sent where both are empty.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from itsm.kernel.work import Work
from itsm.notify import service as notify
from itsm.notify.channel import Message, Outcome, OutcomeState, Outside
from itsm.notify.channels.email import EmailConfig
from itsm.notify.jobs import hand_over
from itsm.notify.queries import MAIL
from itsm.notify.service import Task
from itsm.people import queries as people
from itsm.people.models import Person, Team, TeamMember
from itsm.platform import outbox, timers
from itsm.platform.house import Effect
from itsm.platform.outbox import Payload
from itsm.tickets import kinds, queries
from itsm.tickets.filters import NOBODY, OPEN_ONES, Filters
from itsm.tickets.queries import Listed

TIMER: Final = "tickets.stale"
JOB: Final = "tickets.stale_mail"
EVERY: Final = timedelta(hours=1)
HOUR: Final = 7
SATURDAY: Final = 5
UNOWNED: Final = "4h"
UNTOUCHED: Final = "2d"
SHOWN: Final = 10


class NotMailed(Exception):
    """The mail server has not taken a digest; the outbox tries again."""


def look(work: Work, payload: Payload) -> None:
    """Have each lead mailed for whom it is seven in the morning of a working day. A timer."""
    del payload
    for person in work.session.scalars(_leads()):
        local = work.now.astimezone(ZoneInfo(person.zone))
        if local.hour == HOUR and local.weekday() < SATURDAY:
            key = f"stale:{person.id}:{local:%Y-%m-%d}"
            outbox.put(work, JOB, {"person_id": person.id}, key=key)
    timers.arm(work, TIMER, "all", _next_hour(work.now))


def install(work: Work) -> None:
    """Arm the timer unless it is armed."""
    if timers.due_at(work, TIMER, "all") is None:
        timers.arm(work, TIMER, "all", _next_hour(work.now))


def _next_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + EVERY


def _leads() -> Select[Person]:
    led = select(TeamMember.person_id).where(TeamMember.lead)
    return select(Person).where(Person.id.in_(led), Person.active, Person.email != "")


def mailing(outside: Outside) -> Effect[Task, Outcome]:
    """Return the job `tickets.stale_mail`: payload `person_id`."""
    url = outside.public_url
    return Effect(partial(_prepare, url), hand_over(outside), partial(_record, url))


def _prepare(url: str, work: Work, payload: Payload) -> Task | None:
    person = work.session.get_one(Person, int(str(payload["person_id"])))
    message = digest(url, work, person)
    return None if message is None else Task(MAIL, EmailConfig(address=person.email), message)


def _record(url: str, work: Work, payload: Payload, outcome: Outcome) -> None:
    if outcome.state is OutcomeState.FAILED:
        raise NotMailed(outcome.detail)
    person = work.session.get_one(Person, int(str(payload["person_id"])))
    message = digest(url, work, person) if outcome.kept else None
    if message is not None:
        notify.keep(work, person.id, MAIL, person.email, message)


def digest(url: str, work: Work, person: Person) -> Message | None:
    """Return what a lead is told now, by what they may read; None where there is nothing."""
    own = replace(work, actor=people.actor(work, person))
    led = select(Team.key).join(TeamMember, TeamMember.team_id == Team.id)
    keys = work.session.scalars(
        led.where(TeamMember.person_id == person.id, TeamMember.lead).order_by(Team.key)
    ).all()
    if not keys or not person.active:
        return None
    teams = ",".join(keys)
    lists = {
        "Nobody owns": Filters(
            team=teams, assignee=NOBODY, state=OPEN_ONES, idle=UNOWNED, limit=SHOWN
        ),
        "Nobody has worked on for two days": Filters(
            team=teams, state=OPEN_ONES, idle=UNTOUCHED, sort="updated_at", limit=SHOWN
        ),
    }
    parts = [text for title, asked in lists.items() if (text := _part(url, own, title, asked))]
    if not parts:
        return None
    key = f"stale-{person.id}-{work.now:%Y-%m-%d}"
    return Message(key, f"Tickets of {teams} that wait", "\n\n".join(parts), f"{url}/desk")


def _part(url: str, work: Work, title: str, asked: Filters) -> str:
    page = queries.page(work, asked, *(one.kind for one in kinds.every()))
    if not page.items:
        return ""
    more = " (the first of more)" if page.next else ""
    return f"{title}{more}:\n" + "\n".join(_lines(url, page.items))


def _lines(url: str, rows: Sequence[Listed]) -> list[str]:
    return [f"- {row.number} {row.title}\n  {url}{kinds.address(row)}" for row in rows]
