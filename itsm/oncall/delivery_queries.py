"""The SELECTs of sending: the budget of a person, and what goes in one message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from itsm.desk.models import Ticket
from itsm.kernel.work import Work
from itsm.notify.channels import CHANNELS
from itsm.notify.queries import MAIL
from itsm.oncall.budget import LONGEST
from itsm.oncall.delivery import OPEN, TAKEN, DeliveryState, Purpose
from itsm.oncall.escalation import UNANSWERED, State
from itsm.oncall.models import Attempt, Delivery, Escalation, Page
from itsm.people.models import Person

BUDGET_LOCK = 7_304_119
MOST_IN_ONE = 200
LATELY = timedelta(minutes=15)
TRIES_LOOKED_AT = 500


@dataclass
class Failing:
    """A channel whose latest tries all failed: how many, since when, and what the last one said."""

    channel: str
    tries: int
    since: datetime
    detail: str


def lock_budget(work: Work, person_id: int) -> None:
    """Let no other worker decide about this person's messages until this Work ends.

    Taken after the escalation's lock and before those of other deliveries, always in this order.
    SQLite has one writer at a time anyhow.
    """
    if work.session.get_bind().dialect.name == "postgresql":
        key = func.pg_advisory_xact_lock(BUDGET_LOCK, person_id % 2**31)
        work.session.execute(select(key))


def sent_lately(work: Work, delivery: Delivery) -> Sequence[datetime]:
    """Return when messages went to the delivery's person by its medium, as far as limits look."""
    query = select(Delivery.sent_at).where(
        Delivery.person_id == delivery.person_id,
        Delivery.medium == delivery.medium,
        Delivery.sent_at > work.now - LONGEST,
        Delivery.carried_by_id.is_(None),
        Delivery.state != DeliveryState.FAILED,
    )
    return [at for at in work.session.scalars(query) if at is not None]


def was_told(work: Work, delivery: Delivery) -> bool:
    """Tell whether the person was told by the same medium since paging began or begins anew."""
    page = delivery.page
    query = (
        select(Delivery.id)
        .join(Delivery.page)
        .where(
            Page.escalation_id == page.escalation_id,
            Page.loop == page.loop,
            Delivery.person_id == delivery.person_id,
            Delivery.medium == delivery.medium,
            Delivery.purpose == Purpose.PAGE,
            Delivery.sent_at.is_not(None),
            Delivery.id != delivery.id,
        )
    )
    return work.session.scalar(query.limit(1)) is not None


def waiting_with(work: Work, delivery: Delivery) -> Sequence[Delivery]:
    """Return what waits to go to the same contact, locked, the gravest first.

    What another worker holds at this instant is left out: it goes with the message after.
    """
    query = (
        _with_ticket()
        .where(
            Delivery.person_id == delivery.person_id,
            Delivery.channel == delivery.channel,
            Delivery.address == delivery.address,
            Delivery.contact_id == delivery.contact_id
            if delivery.contact_id
            else Delivery.contact_id.is_(None),
            Delivery.state == DeliveryState.QUEUED,
            Delivery.tries == 0,
            Delivery.due_at <= work.now,
            Delivery.carried_by_id.is_(None),
            Delivery.id != delivery.id,
        )
        .limit(MOST_IN_ONE)
        .with_for_update(of=Delivery, skip_locked=True)
    )
    return work.session.scalars(query).all()


def carried_by(work: Work, delivery: Delivery, *, lock: bool = False) -> Sequence[Delivery]:
    """Return what goes in the message of `delivery` and was not withdrawn, the gravest first."""
    query = _with_ticket().where(
        Delivery.carried_by_id == delivery.id, Delivery.state == DeliveryState.QUEUED
    )
    return work.session.scalars(query.with_for_update(of=Delivery) if lock else query).all()


def told_with(work: Work, delivery: Delivery) -> Sequence[Delivery]:
    """Return what goes or went in the message of `delivery`, the gravest first."""
    escalation = joinedload(Delivery.page).joinedload(Page.escalation)
    query = (
        _with_ticket()
        .where(
            Delivery.carried_by_id == delivery.id,
            Delivery.state.in_(TAKEN | {DeliveryState.QUEUED}),
        )
        .options(escalation.joinedload(Escalation.acknowledged_by))
    )
    return work.session.scalars(query).all()


def carried_by_withdrawn(work: Work, escalation_id: int) -> Sequence[Delivery]:
    """Return what was to go in messages of an escalation that were withdrawn, locked.

    What another worker holds at this instant is left out: it finds its carrier withdrawn.
    """
    withdrawn = (
        select(Delivery.id)
        .join(Delivery.page)
        .where(Page.escalation_id == escalation_id, Delivery.state == DeliveryState.CANCELLED)
    )
    query = (
        _with_ticket()
        .where(Delivery.carried_by_id.in_(withdrawn), Delivery.state == DeliveryState.QUEUED)
        .with_for_update(of=Delivery, skip_locked=True)
    )
    return work.session.scalars(query).all()


def others_told(work: Work, page: Page) -> bool:
    """Tell whether somebody else paged in the same step of the loop was told, or is about to be."""
    query = (
        select(Delivery.id)
        .join(Delivery.page)
        .where(
            Page.escalation_id == page.escalation_id,
            Page.loop == page.loop,
            Page.step == page.step,
            Page.id != page.id,
            Delivery.purpose == Purpose.PAGE,
            Delivery.state.in_(OPEN | TAKEN),
        )
    )
    return work.session.scalar(query.limit(1)) is not None


def is_being_sent(work: Work, escalation_id: int) -> bool:
    """Tell whether pages of an escalation have still to reach somebody."""
    query = (
        select(Delivery.id)
        .join(Delivery.page)
        .where(
            Page.escalation_id == escalation_id,
            Delivery.purpose == Purpose.PAGE,
            Delivery.state.in_(OPEN),
        )
    )
    return work.session.scalar(query.limit(1)) is not None


def carrier(work: Work, delivery: Delivery) -> Delivery | None:
    """Return the delivery in whose message this one goes, as it stands now."""
    if delivery.carried_by_id is None:
        return None
    return work.session.get_one(
        Delivery, delivery.carried_by_id, populate_existing=True, options=[]
    )


def code_is_in_use(work: Work, person_id: int, code: str) -> bool:
    """Tell whether a page of the person whose escalation is not over has this reply code."""
    query = (
        select(Page.id)
        .join(Page.escalation)
        .where(Page.person_id == person_id, Page.code == code, Escalation.state != State.DONE)
    )
    return work.session.scalar(query.limit(1)) is not None


def answerable(work: Work, person_id: int, code: str = "") -> Sequence[Page]:
    """Return a person's pages that are not over, newest first; the one of `code`, or those open."""
    query = (
        select(Page)
        .join(Page.escalation)
        .join(Page.person)
        .where(Page.person_id == person_id, Person.active, Page.token_expires_at > work.now)
        .options(
            joinedload(Page.escalation).joinedload(Escalation.ticket),
            joinedload(Page.escalation).joinedload(Escalation.acknowledged_by),
            joinedload(Page.person),
        )
        .order_by(Page.id.desc())
    )
    if code:
        wanted = query.where(Page.code == code, Escalation.state != State.DONE)
    else:
        wanted = query.where(Escalation.state.in_(UNANSWERED))
    return work.session.scalars(wanted).all()


def mails_of(work: Work, page_id: int) -> Sequence[int]:
    """Return the ids of the mails that told of a page."""
    query = select(Delivery.id).where(
        Delivery.page_id == page_id, Delivery.channel == MAIL, Delivery.purpose == Purpose.PAGE
    )
    return work.session.scalars(query.order_by(Delivery.id)).all()


def _with_ticket() -> Select[Delivery]:
    page = joinedload(Delivery.page)
    escalation = page.joinedload(Page.escalation)
    return (
        select(Delivery)
        .join(Delivery.page)
        .join(Page.escalation)
        .join(Escalation.ticket)
        .options(escalation.joinedload(Escalation.ticket), page.joinedload(Page.person))
        .order_by(Ticket.priority, Delivery.id)
    )


def failing(work: Work) -> list[Failing]:
    """Return the channels by which nothing has gone out since a try failed, lately."""
    query = (
        select(Delivery.channel, Attempt.state, Attempt.at, Attempt.detail)
        .join(Delivery, Delivery.id == Attempt.delivery_id)
        .where(Attempt.state.in_(TAKEN | {DeliveryState.FAILED}))
        .order_by(Attempt.id.desc())
        .limit(TRIES_LOOKED_AT)
    )
    found: dict[str, Failing | None] = {}
    for channel, state, at, detail in work.session.execute(query):
        if state is not DeliveryState.FAILED:
            found.setdefault(channel, None)
        elif channel not in found and at > work.now - LATELY:
            found[channel] = Failing(CHANNELS[channel].label, 1, at, detail)
        elif (row := found.get(channel)) is not None:
            row.tries, row.since = row.tries + 1, at
    return [row for row in found.values() if row is not None]
