"""Every SELECT of on call, with what it loads spelled out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from itsm.desk.access import visible_to
from itsm.kernel.errors import NotFound
from itsm.kernel.paging import Page as ListPage
from itsm.kernel.paging import clamp, encode
from itsm.kernel.work import Work
from itsm.notify import queries as contacts
from itsm.oncall import rota_queries
from itsm.oncall.escalation import Plan, State, Step
from itsm.oncall.models import (
    Delivery,
    Escalation,
    Page,
    Policy,
    PolicyStep,
    PolicyTarget,
    PolicyVersion,
    Schedule,
    ScheduleOverride,
)
from itsm.oncall.rota import Rota
from itsm.oncall.rota_queries import whole_schedules
from itsm.people.models import Person, Team

# What the API calls the states of a page, and the states of its escalation that they stand for.
STATES_OF = {
    "triggered": (State.ARMED, State.NOTIFIED),
    "acknowledged": (State.ACKNOWLEDGED,),
    "resolved": (State.DONE,),
    "exhausted": (State.EXHAUSTED,),
}


@dataclass(frozen=True)
class PageFilter:
    """Which pages are asked for; what is None or empty does not matter."""

    state: str = ""
    person_id: int | None = None
    ticket_id: int | None = None
    cursor: str | None = None
    limit: int | None = None


def state_of(page: Page) -> str:
    """Return what a page's state is called outside: triggered, acknowledged, and so on."""
    return next(name for name, states in STATES_OF.items() if page.escalation.state in states)


def schedules(work: Work) -> Sequence[Schedule]:
    """Return all schedules by name, with what their rotas need from now on."""
    return work.session.scalars(whole_schedules(work.now).order_by(Schedule.name)).all()


def schedules_since(work: Work, since: datetime) -> Sequence[Schedule]:
    """Return all schedules with what their rotas need from an earlier instant on."""
    query = whole_schedules(since).order_by(Schedule.name)
    return work.session.scalars(query.execution_options(populate_existing=True)).all()


def schedule_since(work: Work, schedule_id: int, since: datetime) -> Schedule:
    """Return one schedule with what its rota needs from an earlier instant. Raises NotFound."""
    query = whole_schedules(since).where(Schedule.id == schedule_id)
    found = work.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("there is no such schedule")
    return found


def schedule(work: Work, schedule_id: int) -> Schedule:
    """Return one schedule with what its rota needs from now on. Raises NotFound."""
    found = work.session.scalar(whole_schedules(work.now).where(Schedule.id == schedule_id))
    if found is None:
        raise NotFound("there is no such schedule")
    return found


def first_schedule(work: Work) -> Schedule | None:
    """Return the oldest schedule, with its people; None if there is none."""
    oldest = work.session.scalar(select(Schedule.id).order_by(Schedule.id).limit(1))
    return None if oldest is None else schedule(work, oldest)


def schedule_named(work: Work, name: str) -> Schedule | None:
    """Return the schedule that bears this name."""
    return work.session.scalar(select(Schedule).where(Schedule.name == name))


def are_schedules(work: Work, schedule_ids: Sequence[int]) -> bool:
    """Tell whether there is a schedule for each of the ids."""
    wanted = set(schedule_ids)
    found = work.session.scalars(select(Schedule.id).where(Schedule.id.in_(wanted)))
    return set(found) == wanted


def override(work: Work, schedule_id: int, override_id: int) -> ScheduleOverride:
    """Return an override of a schedule. Raises NotFound."""
    found = work.session.get(ScheduleOverride, override_id)
    if found is None or found.schedule_id != schedule_id:
        raise NotFound("there is no such override")
    return found


def rota(schedule: Schedule) -> Rota:
    """Return the rules of a schedule that is loaded with what its rota needs."""
    return rota_queries.rota(schedule)


def policies(work: Work) -> Sequence[tuple[Policy, PolicyVersion]]:
    """Return the policies that are in use by name, each with its current version."""
    query = _current_versions().where(~Policy.retired).order_by(Policy.name)
    return [(version.policy, version) for version in work.session.scalars(query)]


def policy(work: Work, policy_id: int) -> tuple[Policy, PolicyVersion]:
    """Return a policy with its current version. Raises NotFound."""
    version = work.session.scalar(_current_versions().where(Policy.id == policy_id))
    if version is None:
        raise NotFound("there is no such policy")
    return version.policy, version


def standard_policy(work: Work) -> Policy | None:
    """Return the policy for what names none, if the instance has one."""
    return work.session.scalar(select(Policy).where(Policy.standard.is_(True), ~Policy.retired))


def policy_named(work: Work, name: str) -> Policy | None:
    """Return the policy in use that bears this name."""
    return work.session.scalar(select(Policy).where(Policy.name == name, ~Policy.retired))


def version(work: Work, version_id: int) -> PolicyVersion:
    """Return one version of a policy with its steps and targets."""
    return work.session.scalars(_whole_versions().where(PolicyVersion.id == version_id)).one()


def current_version(work: Work, policy_id: int) -> PolicyVersion:
    """Return what a policy says now. Raises NotFound."""
    return policy(work, policy_id)[1]


def _current_versions() -> Select[PolicyVersion]:
    return (
        _whole_versions().join(PolicyVersion.policy).where(PolicyVersion.number == Policy.current)
    )


def _whole_versions() -> Select[PolicyVersion]:
    targets = selectinload(PolicyVersion.steps).selectinload(PolicyStep.targets)
    return select(PolicyVersion).options(
        joinedload(PolicyVersion.policy),
        joinedload(PolicyVersion.fallback),
        targets.joinedload(PolicyTarget.person),
        targets.joinedload(PolicyTarget.schedule),
    )


def plan(version: PolicyVersion) -> Plan:
    """Return the steps of a version as the state machine reads them; a handle is a step's id."""
    return Plan(
        tuple(Step(step.id, _minutes(step.delay_min)) for step in version.steps),
        version.repeat,
        _minutes(version.ack_timeout_min),
    )


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def targets(work: Work, step_id: int) -> Sequence[PolicyTarget]:
    """Return whom a step names."""
    query = select(PolicyTarget).where(PolicyTarget.step_id == step_id).order_by(PolicyTarget.id)
    return work.session.scalars(query).all()


def escalation(work: Work, escalation_id: int) -> Escalation | None:
    """Return an escalation, locked until this Work ends, so that nobody moves it meanwhile."""
    return work.session.scalar(_locked().where(Escalation.id == escalation_id))


def escalation_of(work: Work, ticket_id: int, policy_id: int) -> Escalation | None:
    """Return a ticket's escalation by a policy, locked."""
    return work.session.scalar(
        _locked().where(Escalation.ticket_id == ticket_id, Escalation.policy_id == policy_id)
    )


def running(work: Work, ticket_id: int) -> Sequence[Escalation]:
    """Return the escalations of a ticket that are not over, locked."""
    query = _locked().where(Escalation.ticket_id == ticket_id, Escalation.state != State.DONE)
    return work.session.scalars(query.order_by(Escalation.id)).all()


def owning(work: Work, ticket_id: int) -> Sequence[Escalation]:
    """Return those of them that page whoever has the ticket: no help that was asked for."""
    return [row for row in running(work, ticket_id) if row.asked_by_id is None]


def _locked() -> Select[Escalation]:
    return (
        select(Escalation)
        .options(selectinload(Escalation.policy), selectinload(Escalation.ticket))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def page_exists(work: Work, escalation_id: int, loop: int, step: int, person_id: int) -> bool:
    """Tell whether a person was paged for a step of a loop."""
    query = select(Page.id).where(
        Page.escalation_id == escalation_id,
        Page.loop == loop,
        Page.step == step,
        Page.person_id == person_id,
    )
    return work.session.scalar(query) is not None


def was_paged(work: Work, escalation_id: int) -> bool:
    """Tell whether the actor was paged by an escalation."""
    query = select(Page.id).where(
        Page.escalation_id == escalation_id, Page.person_id == work.actor.id
    )
    return work.session.scalar(query.limit(1)) is not None


def page_ids(escalation_id: int) -> ScalarSelect[int]:
    """Return, for use inside another statement, the ids of an escalation's pages."""
    return select(Page.id).where(Page.escalation_id == escalation_id).scalar_subquery()


def page_by_token(work: Work, token: str) -> Page:
    """Return the page whose link bears `token`.

    Raises NotFound if there is none, it is old, or its person has left.
    """
    query = (
        _whole_pages()
        .join(Page.person)
        .where(
            Page.token_hash == work.vault.digest(token),
            Page.token_expires_at > work.now,
            Person.active,
        )
    )
    found = work.session.scalar(query)
    if found is None:
        raise NotFound("this link is not good, or no longer")
    return found


def page(work: Work, page_id: int) -> Page:
    """Return a page with its deliveries. Raises NotFound unless the actor may see the ticket."""
    found = work.session.scalar(_seen_pages(work).where(Page.id == page_id))
    if found is None:
        raise NotFound("there is no such page")
    return found


def pages(work: Work, wanted: PageFilter) -> ListPage[Page]:
    """Return the pages that the actor may see, newest first."""
    query = _seen_pages(work)
    if wanted.state:
        query = query.where(Escalation.state.in_(STATES_OF[wanted.state]))
    if wanted.person_id is not None:
        query = query.where(Page.person_id == wanted.person_id)
    if wanted.ticket_id is not None:
        query = query.where(Escalation.ticket_id == wanted.ticket_id)
    if wanted.cursor:
        query = query.where(Page.id < contacts.last_id(wanted.cursor))
    size = clamp(wanted.limit)
    rows = work.session.scalars(query.order_by(Page.id.desc()).limit(size + 1)).all()
    more = encode([rows[size - 1].id]) if len(rows) > size else None
    return ListPage(rows[:size], more)


def _seen_pages(work: Work) -> Select[Page]:
    """Return pages that went to the actor, or whose tickets the actor may read."""
    return (
        _whole_pages()
        .join(Page.escalation)
        .join(Escalation.ticket)
        .where(or_(Page.person_id == work.actor.id, visible_to(work)))
    )


def deliveries_of(work: Work, *escalation_ids: int) -> Sequence[Delivery]:
    """Return what was and will be sent for escalations, oldest first, with its attempts."""
    query = (
        select(Delivery)
        .join(Delivery.page)
        .where(Page.escalation_id.in_(escalation_ids))
        .options(
            selectinload(Delivery.attempts),
            joinedload(Delivery.page).joinedload(Page.person),
        )
        .order_by(Delivery.id)
    )
    return work.session.scalars(query).all()


def delivery(work: Work, delivery_id: int) -> Delivery | None:
    """Return a delivery with all that sending it needs, its escalation locked.

    The escalation is locked first, as every verb does, so that no two wait for each other.
    """
    locked = (
        select(Escalation.id)
        .join(Page, Page.escalation_id == Escalation.id)
        .join(Delivery, Delivery.page_id == Page.id)
        .where(Delivery.id == delivery_id)
        .with_for_update(of=Escalation)
    )
    if work.session.scalar(locked) is None:
        return None
    page = joinedload(Delivery.page)
    escalation = page.joinedload(Page.escalation)
    query = (
        select(Delivery)
        .where(Delivery.id == delivery_id)
        .options(
            joinedload(Delivery.contact),
            selectinload(Delivery.attempts),
            page.joinedload(Page.person),
            escalation.joinedload(Escalation.ticket),
            escalation.joinedload(Escalation.acknowledged_by),
            page.selectinload(Page.deliveries),
        )
    )
    return work.session.scalar(query)


def _whole_pages() -> Select[Page]:
    escalation = joinedload(Page.escalation)
    return select(Page).options(
        joinedload(Page.person),
        escalation.joinedload(Escalation.ticket),
        escalation.joinedload(Escalation.policy),
        escalation.joinedload(Escalation.acknowledged_by),
        selectinload(Page.deliveries).selectinload(Delivery.attempts),
    )


def people(work: Work, person_ids: Sequence[int]) -> dict[int, Person]:
    """Return people by id."""
    query = select(Person).where(Person.id.in_(set(person_ids)))
    return {person.id: person for person in work.session.scalars(query)}


def active_people(work: Work) -> Sequence[Person]:
    """Return the people who can be put on call, by name."""
    query = select(Person).where(Person.active).order_by(Person.name, Person.id)
    return work.session.scalars(query).all()


def teams(work: Work) -> Sequence[Team]:
    """Return all teams by name."""
    return work.session.scalars(select(Team).order_by(Team.name)).all()


def reachable(work: Work, person_ids: Sequence[int]) -> frozenset[int]:
    """Return those of the people who are active and can be reached in some way."""
    return frozenset(contacts.ways(work, person_ids))
