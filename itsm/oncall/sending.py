"""The way out of one delivery: whether it may go now, with which others, and what came of it.

At least once: the row's own job stays in the outbox until the row is settled, even while it goes
in the message of another one.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from itsm.kernel.work import Work
from itsm.notify import queries as contacts
from itsm.notify import service as notify
from itsm.notify.channel import VOICE, Outcome, OutcomeState
from itsm.notify.quiet import held_until
from itsm.oncall import budget
from itsm.oncall import delivery_queries as queries
from itsm.oncall.delivery import (
    MOST_TRIES,
    OPEN,
    TAKEN,
    WANTED_IN,
    DeliveryState,
    Purpose,
    wait_after,
)
from itsm.oncall.events import DeliveryTried, PersonNotReached
from itsm.oncall.models import Attempt, Delivery, Page
from itsm.platform import outbox
from itsm.platform.outbox import Lane

JOB = "oncall.deliver"
MAY_REACH = OPEN | TAKEN
CRITICAL = 1
# Nobody is called with mere news at night.
NIGHT = (time(22), time(7))
# Longer than all tries of the message that carries a delivery take.
CARRIED_FOR = timedelta(minutes=2)


def topic(escalation_id: int, purpose: Purpose = Purpose.PAGE) -> str:
    """Return the name under which the jobs of an escalation's deliveries are withdrawn."""
    return f"{'escalation' if purpose is Purpose.PAGE else 'update'}:{escalation_id}"


def put(work: Work, page: Page, delivery: Delivery, *, due_at: datetime, word: str = "") -> None:
    """Have a delivery sent at `due_at`; `word` tells this job from the row's other ones."""
    outbox.put(
        work,
        JOB,
        {"delivery_id": delivery.id},
        key=f"delivery:{delivery.id}:{word}" if word else "",
        topic=topic(page.escalation_id, delivery.purpose),
        lane=Lane.PAGE,
        due_at=due_at,
    )


def begin_try(work: Work, delivery: Delivery) -> bool:
    """Count one more try of a delivery; False if it is not needed any more, or has to wait.

    A first try takes along what waits for the same contact. Later ones are the same message.
    """
    if delivery.state not in OPEN or not is_wanted(delivery):
        return False
    if not delivery.tries and not _may_go(work, delivery):
        return False
    delivery.tries += 1
    delivery.state = DeliveryState.SENT
    delivery.sent_at = delivery.sent_at or work.now
    delivery.attempts.append(_attempt(work, delivery, DeliveryState.SENT))
    return True


def end_try(work: Work, delivery: Delivery, outcome: Outcome) -> bool:
    """Write down what a try came to, and try again, later or another way, if it failed.

    Returns whether the person may still be reached. Emits DeliveryTried and, when nothing is
    left to try, PersonNotReached.
    """
    attempt = delivery.attempts[-1]
    # A receipt was faster than the answer: it only ever adds to what is known.
    if attempt.state in TAKEN:
        _settle_carried(work, delivery)
        return True
    if attempt.state is DeliveryState.FAILED and outcome.state is not OutcomeState.FAILED:
        return True
    attempt.state, attempt.detail = DeliveryState(outcome.state), outcome.detail[:200]
    delivery.state = DeliveryState(outcome.state)
    if delivery.contact is not None:
        notify.note_outcome(work, delivery.contact, outcome)
    announce_try(work, delivery, outcome.state, outcome.detail)
    if outcome.state is OutcomeState.ACCEPTED:
        _settle_carried(work, delivery)
        return True
    if not is_wanted(delivery):
        let_go(work, queries.carried_by(work, delivery, lock=True))
        return True
    wait = None if outcome.gone else wait_after(delivery.tries)
    if wait is None:
        release_carried(work, delivery)
        return try_another_way(work, delivery)
    delivery.state = DeliveryState.QUEUED
    put(work, delivery.page, delivery, due_at=work.now + wait, word=str(delivery.tries + 1))
    return True


def falls_with_carrier(work: Work, delivery: Delivery) -> bool:
    """Count all tries of a delivery as used up if the message that was to carry it has failed."""
    carrier = queries.carrier(work, delivery)
    if delivery.state not in OPEN or carrier is None or carrier.state is not DeliveryState.FAILED:
        return False
    delivery.tries = MOST_TRIES
    delivery.attempts.append(_attempt(work, delivery, DeliveryState.SENT))
    return True


def is_wanted(delivery: Delivery) -> bool:
    """Tell whether what a delivery says still holds."""
    escalation = delivery.page.escalation
    waits = escalation.held_at is not None and delivery.purpose is Purpose.PAGE
    return not waits and escalation.state in WANTED_IN[delivery.purpose]


def _may_go(work: Work, delivery: Delivery) -> bool:
    queries.lock_budget(work, delivery.person_id)
    work.session.refresh(delivery, ["state", "carried_by_id"])
    if delivery.state not in OPEN or _is_held(work, delivery) or _is_carried(work, delivery):
        return False
    opens = budget.opening(delivery.medium, queries.sent_lately(work, delivery), work.now)
    if opens > work.now and not _is_new_and_critical(work, delivery):
        put(work, delivery.page, delivery, due_at=opens)
        return False
    for other in queries.waiting_with(work, delivery):
        # News never bears a page, which would be missed there.
        fits = delivery.purpose is Purpose.PAGE or other.purpose is not Purpose.PAGE
        if fits and is_wanted(other) and not _is_new_and_critical(work, other):
            other.carried_by_id = delivery.id
    return True


def _is_held(work: Work, delivery: Delivery) -> bool:
    """Have what is not important wait for the end of the person's quiet hours, or of the night."""
    delivery.state = DeliveryState.QUEUED
    until = _quiet_until(work, delivery)
    if until is None:
        return False
    delivery.state, delivery.due_at = DeliveryState.HELD, until
    put(work, delivery.page, delivery, due_at=until)
    return True


def _quiet_until(work: Work, delivery: Delivery) -> datetime | None:
    zone = ZoneInfo(delivery.page.person.zone)
    if delivery.purpose is not Purpose.PAGE and delivery.medium == VOICE:
        return held_until(*NIGHT, zone, work.now)
    hours = contacts.quiet_hours(work, delivery.person_id)
    if delivery.page.important or hours is None:
        return None
    return held_until(hours.starts, hours.ends, zone, work.now)


def _is_carried(work: Work, delivery: Delivery) -> bool:
    """Tell whether another message is about to tell it; one that does not in time is let go."""
    carrier = queries.carrier(work, delivery)
    if carrier is None:
        return False
    until = (carrier.sent_at or work.now) + CARRIED_FOR
    if carrier.state in OPEN and work.now < until:
        put(work, delivery.page, delivery, due_at=until)
        return True
    delivery.carried_by_id = None
    return False


def _is_new_and_critical(work: Work, delivery: Delivery) -> bool:
    row = delivery.page.escalation
    is_grave = delivery.purpose is Purpose.PAGE and row.ticket.priority == CRITICAL
    return is_grave and row.turn == 0 and not queries.was_told(work, delivery)


def _settle_carried(work: Work, delivery: Delivery) -> None:
    number = delivery.page.escalation.ticket.number
    for other in queries.carried_by(work, delivery, lock=True):
        other.tries, other.sent_at = 1, work.now
        other.state = DeliveryState.ACCEPTED
        attempt = _attempt(work, other, other.state)
        attempt.detail = f"in one message with {number}"
        work.add(attempt)
        announce_try(work, other, other.state, attempt.detail)


def let_go(work: Work, carried: Iterable[Delivery]) -> None:
    """Have each that was to go in a message that nobody sends any more go by itself, at once."""
    for other in carried:
        other.carried_by_id = None
        put(work, other.page, other, due_at=work.now)


def release_carried(work: Work, delivery: Delivery) -> None:
    """Have each that was to go in a message that failed look for another way."""
    for other in queries.carried_by(work, delivery):
        put(work, other.page, other, due_at=work.now)


def try_another_way(work: Work, delivery: Delivery) -> bool:
    """Use the next way to reach the person of a page; False if there is none left.

    Emits PersonNotReached then.
    """
    if delivery.purpose is not Purpose.PAGE:
        return True
    page = delivery.page
    others = [
        other
        for other in page.deliveries
        if other is not delivery and other.purpose is Purpose.PAGE
    ]
    untried = [other for other in others if other.state in OPEN and not other.tries]
    if untried:
        following = min(untried, key=lambda other: other.due_at)
        put(work, page, following, due_at=work.now, word="early")
        return True
    if any(other.state in MAY_REACH for other in others):
        return True
    work.emit(
        PersonNotReached(
            ticket_id=page.escalation.ticket_id,
            person_id=page.person_id,
            person=page.person.name,
        )
    )
    return False


def _attempt(work: Work, delivery: Delivery, state: DeliveryState) -> Attempt:
    return Attempt(delivery_id=delivery.id, number=delivery.tries, state=state, at=work.now)


def announce_try(work: Work, delivery: Delivery, state: str, detail: str) -> None:
    """Say what came of a try. Emits DeliveryTried."""
    work.emit(
        DeliveryTried(
            ticket_id=delivery.page.escalation.ticket_id,
            page_id=delivery.page_id,
            person=delivery.page.person.name,
            channel=delivery.channel,
            state=state,
            detail=detail,
        )
    )
