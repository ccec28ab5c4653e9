"""Paging: whom a step reaches, the rows of each page, and what becomes of each delivery."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import update

from itsm.kernel.work import Work
from itsm.notify import queries as contacts
from itsm.notify import service as notify
from itsm.notify.channel import Outcome, OutcomeState
from itsm.notify.queries import Way
from itsm.oncall import queries, rota
from itsm.oncall.delivery import OPEN, DeliveryState, wait_after
from itsm.oncall.escalation import UNANSWERED, Step
from itsm.oncall.events import DeliveryTried, PersonNotReached, PersonPaged
from itsm.oncall.models import Attempt, Delivery, Escalation, Page, PolicyVersion
from itsm.platform import outbox
from itsm.platform.faults import kill_point
from itsm.platform.outbox import Lane
from itsm.platform.secrets import new_token

JOB = "oncall.deliver"
LINK_LASTS = timedelta(days=7)
MAY_REACH = OPEN | {DeliveryState.ACCEPTED}


class Reach:
    """Whom the steps of one policy version reach at `work.now`, for one escalation."""

    def __init__(self, work: Work, row: Escalation, version: PolicyVersion) -> None:
        self.row = row
        self._work = work
        self._version = version
        self._due_at = row.due_at or work.now
        self._ways: dict[int, list[Way]] = {}

    def resolve(self, step: Step) -> Sequence[int]:
        """Return the people whom a step names and who can be reached, each of them once."""
        named: list[int] = []
        for target in queries.targets(self._work, step.handle):
            if target.person_id is not None:
                named.append(target.person_id)
            elif target.schedule_id is not None:
                schedule = queries.schedule(self._work, target.schedule_id)
                named += rota.on_call(queries.rota(schedule), self._work.now)
        return self._reachable(list(dict.fromkeys(named)))

    def page(self, loop: int, step: int, people: Sequence[int]) -> None:
        """Write the page of each person, once for each step of a loop."""
        for person_id in people:
            self._page(loop, step, person_id)
        kill_point("oncall.paged")

    def page_fallback(self, loop: int, step: int) -> None:
        """Page the policy's fallback, if they can be reached."""
        self.page(loop, step, self._reachable([self._version.fallback_id]))

    def _reachable(self, people: Sequence[int]) -> list[int]:
        self._ways |= contacts.ways(self._work, people)
        return [person_id for person_id in people if person_id in self._ways]

    def _page(self, loop: int, step: int, person_id: int) -> None:
        work = self._work
        if queries.page_exists(work, self.row.id, loop, step, person_id):
            return
        token = new_token("pg")
        page = Page(
            escalation_id=self.row.id,
            loop=loop,
            step=step,
            person_id=person_id,
            due_at=self._due_at,
            created_at=work.now,
            token=work.vault.seal(token),
            token_hash=work.vault.digest(token),
            token_expires_at=work.now + LINK_LASTS,
        )
        work.add(page)
        for way in self._ways[person_id]:
            _queue(work, page, way)
        self._announce(page)

    def _announce(self, page: Page) -> None:
        person = queries.people(self._work, [page.person_id])[page.person_id]
        late = page.created_at - page.due_at
        self._work.emit(
            PersonPaged(
                ticket_id=self.row.ticket_id,
                page_id=page.id,
                person_id=person.id,
                person=person.name,
                loop=page.loop,
                step=page.step,
                late_s=max(0, int(late.total_seconds())),
            )
        )


def cancel(work: Work, row: Escalation) -> None:
    """Withdraw whatever of an escalation is still to be sent."""
    outbox.withdraw(work, _topic(row.id))
    pages = queries.page_ids(row.id)
    work.session.execute(
        update(Delivery)
        .where(Delivery.page_id.in_(pages), Delivery.state == DeliveryState.QUEUED)
        .values(state=DeliveryState.CANCELLED)
    )


def close_links(work: Work, row: Escalation) -> None:
    """Forget the texts of an escalation's links; they still show the page until they expire."""
    work.session.execute(update(Page).where(Page.escalation_id == row.id).values(token=None))


def begin_try(work: Work, delivery: Delivery) -> bool:
    """Count one more try of a delivery; False if it is not needed any more."""
    if delivery.state not in OPEN or not _still_wanted(delivery):
        return False
    delivery.tries += 1
    delivery.state = DeliveryState.SENT
    delivery.attempts.append(Attempt(number=delivery.tries, state=DeliveryState.SENT, at=work.now))
    return True


def end_try(work: Work, delivery: Delivery, outcome: Outcome) -> bool:
    """Write down what a try came to, and try again, later or another way, if it failed.

    Returns whether the person may still be reached. Emits DeliveryTried and, when nothing is
    left to try, PersonNotReached.
    """
    attempt = delivery.attempts[-1]
    attempt.state, attempt.detail = DeliveryState(outcome.state), outcome.detail[:200]
    delivery.state = DeliveryState(outcome.state)
    if delivery.contact is not None:
        notify.note_outcome(work, delivery.contact, outcome)
    _announce_try(work, delivery, outcome)
    if outcome.state is OutcomeState.ACCEPTED or not _still_wanted(delivery):
        return True
    return _try_on(work, delivery)


def _still_wanted(delivery: Delivery) -> bool:
    escalation = delivery.page.escalation
    return escalation.held_at is None and escalation.state in UNANSWERED


def _try_on(work: Work, delivery: Delivery) -> bool:
    page = delivery.page
    wait = wait_after(delivery.tries)
    if wait is not None:
        delivery.state = DeliveryState.QUEUED
        _put(work, page, delivery, word=str(delivery.tries + 1), due_at=work.now + wait)
        return True
    others = [other for other in page.deliveries if other is not delivery]
    untried = [other for other in others if other.state in OPEN and not other.tries]
    if untried:
        following = min(untried, key=lambda other: other.due_at)
        _put(work, page, following, word="early", due_at=work.now)
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


def _queue(work: Work, page: Page, way: Way) -> None:
    delivery = Delivery(
        page=page,
        contact_id=way.contact_id,
        delay_min=way.delay_min,
        channel=way.channel,
        address=way.address,
        state=DeliveryState.QUEUED,
        due_at=work.now + timedelta(minutes=way.delay_min),
    )
    work.add(delivery)
    _put(work, page, delivery, word="1", due_at=delivery.due_at)


def _put(work: Work, page: Page, delivery: Delivery, *, word: str, due_at: datetime) -> None:
    outbox.put(
        work,
        JOB,
        {"delivery_id": delivery.id},
        key=f"delivery:{delivery.id}:{word}",
        topic=_topic(page.escalation_id),
        lane=Lane.PAGE,
        due_at=due_at,
    )


def _announce_try(work: Work, delivery: Delivery, outcome: Outcome) -> None:
    work.emit(
        DeliveryTried(
            ticket_id=delivery.page.escalation.ticket_id,
            page_id=delivery.page_id,
            person=delivery.page.person.name,
            channel=delivery.channel,
            state=outcome.state,
            detail=outcome.detail,
        )
    )


def _topic(escalation_id: int) -> str:
    return f"escalation:{escalation_id}"
