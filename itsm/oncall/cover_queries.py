"""Every SELECT about requests to cover or swap time on call."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.oncall.cover_states import CoverState
from itsm.oncall.shift_models import CoverRequest
from itsm.people.models import Person, PersonRole, RoleGrant


def request(work: Work, request_id: int) -> CoverRequest:
    """Return a request, locked until this Work ends. Raises NotFound."""
    query = _whole().where(CoverRequest.id == request_id)
    locked = query.with_for_update(of=CoverRequest).execution_options(populate_existing=True)
    found = work.session.scalar(locked)
    if found is None:
        raise NotFound("there is no such request")
    return found


def open_requests(work: Work, *, schedule_id: int | None = None) -> Sequence[CoverRequest]:
    """Return the requests that wait for an answer, the soonest first."""
    query = _whole().where(
        CoverRequest.state == CoverState.OPEN, CoverRequest.expires_at > work.now
    )
    if schedule_id is not None:
        query = query.where(CoverRequest.schedule_id == schedule_id)
    return work.session.scalars(query.order_by(CoverRequest.starts_at, CoverRequest.id)).all()


def requests_of(work: Work, person_id: int, since: datetime) -> Sequence[CoverRequest]:
    """Return a person's own requests and those that they answered since then, newest first."""
    part = or_(
        CoverRequest.asker_id == person_id,
        CoverRequest.asked_id == person_id,
        CoverRequest.answered_by_id == person_id,
    )
    query = _whole().where(part, CoverRequest.ends_at > since)
    return work.session.scalars(query.order_by(CoverRequest.id.desc())).all()


def meets_another(work: Work, schedule_id: int, start: datetime, end: datetime) -> bool:
    """Tell whether the actor has an open request for some of that time already."""
    query = select(CoverRequest.id).where(
        CoverRequest.schedule_id == schedule_id,
        CoverRequest.asker_id == work.actor.id,
        CoverRequest.state == CoverState.OPEN,
        CoverRequest.expires_at > work.now,
        CoverRequest.starts_at < end,
        CoverRequest.ends_at > start,
    )
    return work.session.scalar(query.limit(1)) is not None


def may_cover(work: Work) -> Sequence[Person]:
    """Return the active people who may take over time on call, by name."""
    holders = (
        select(PersonRole.person_id)
        .join(RoleGrant, RoleGrant.role_id == PersonRole.role_id)
        .where(RoleGrant.permission == Permission.ONCALL_OVERRIDE)
    )
    query = select(Person).where(Person.active, Person.id.in_(holders))
    return work.session.scalars(query.order_by(Person.name, Person.id)).all()


def _whole() -> Select[CoverRequest]:
    return select(CoverRequest).options(
        joinedload(CoverRequest.schedule),
        joinedload(CoverRequest.asker),
        joinedload(CoverRequest.asked),
        joinedload(CoverRequest.answered_by),
    )
