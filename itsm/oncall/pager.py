"""Paging: whom a step reaches, the rows of each page, and what is withdrawn of them."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import update

from itsm.desk.models import Ticket
from itsm.kernel.work import Work
from itsm.notify import queries as contacts
from itsm.notify.queries import Way
from itsm.oncall import delivery_queries, queries, rota, sending
from itsm.oncall.delivery import WAITING, DeliveryState, Purpose
from itsm.oncall.escalation import Step
from itsm.oncall.events import PersonPaged
from itsm.oncall.models import Delivery, Escalation, Page, PolicyVersion
from itsm.platform import outbox
from itsm.platform.faults import kill_point
from itsm.platform.secrets import new_token

LINK_LASTS = timedelta(days=7)
# Pages for tickets of this priority and graver ones are important.
LEAST_GRAVE = 2
CODE_DIGITS = (4, 4, 4, 6, 6, 6)


class Reach:
    """Whom the steps of one policy version reach at `work.now`, for one escalation.

    `row` comes with its policy.
    """

    def __init__(self, work: Work, row: Escalation, version: PolicyVersion) -> None:
        self.row = row
        self._work = work
        self._version = version
        self._due_at = row.due_at or work.now
        self._ways: dict[int, list[Way]] = {}

    @property
    def fallback_id(self) -> int:
        """Who is told when all else fails: of somebody who was asked in by name, whoever asked."""
        direct_to_id = self.row.policy.direct_to_id
        if direct_to_id is None:
            return self._version.fallback_id
        return self.row.asked_by_id or direct_to_id

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
        """Page the fallback, if they can be reached."""
        self.page(loop, step, self._reachable([self.fallback_id]))

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
            important=self._is_important(step),
            code=_new_code(work, person_id),
        )
        work.add(page)
        for way in contacts.for_page(self._ways[person_id], important=page.important):
            _queue(work, page, way)
        self._announce(page)

    def _is_important(self, step: int) -> bool:
        """Tell whether a step's pages are: by ticket, by the step, or since nobody answered."""
        steps = self._version.steps
        ticket = self._work.session.get_one(Ticket, self.row.ticket_id)
        return ticket.priority <= LEAST_GRAVE or step >= len(steps) or steps[step].important

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


def _new_code(work: Work, person_id: int) -> str:
    """Return digits that no other open page of the person has: four, six where few are free.

    None if all that were tried are taken: such a page is answered by its link alone.
    """
    for digits in CODE_DIGITS:
        code = f"{secrets.randbelow(10**digits):0{digits}}"
        if not delivery_queries.code_is_in_use(work, person_id, code):
            return code
    return ""


def cancel(work: Work, row: Escalation) -> None:
    """Withdraw whatever of an escalation is still to be sent; what it was to carry goes alone."""
    outbox.withdraw(work, sending.topic(row.id))
    pages = queries.page_ids(row.id)
    work.session.execute(
        update(Delivery)
        .where(
            Delivery.page_id.in_(pages),
            Delivery.state.in_(WAITING),
            Delivery.purpose == Purpose.PAGE,
        )
        .values(state=DeliveryState.CANCELLED)
    )
    sending.let_go(work, delivery_queries.carried_by_withdrawn(work, row.id))


def close_links(work: Work, row: Escalation) -> None:
    """Forget the texts of an escalation's links; they still show the page until they expire."""
    work.session.execute(update(Page).where(Page.escalation_id == row.id).values(token=None))


def _queue(work: Work, page: Page, way: Way) -> None:
    delivery = Delivery(
        page=page,
        person_id=page.person_id,
        contact_id=way.contact_id,
        delay_min=way.delay_min,
        channel=way.channel,
        medium=way.medium,
        address=way.address,
        state=DeliveryState.QUEUED,
        due_at=work.now + timedelta(minutes=way.delay_min),
    )
    work.add(delivery)
    sending.put(work, page, delivery, due_at=delivery.due_at, word="1")
