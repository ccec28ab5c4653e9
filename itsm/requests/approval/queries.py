"""Every read of approvals: those of a request that one may read, those that wait for oneself."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from itsm.desk import queries as desk
from itsm.desk.models import Ticket
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.requests.approval.models import Approval, Decision

RECENT = 50


def of(work: Work, ticket: Ticket) -> Sequence[Approval]:
    """Return the approvals of a request, oldest first."""
    query = _with_people().where(Approval.ticket_id == ticket.id).order_by(Approval.id)
    return work.session.scalars(query).all()


def waiting(work: Work, ticket_id: int) -> Approval | None:
    """Return the approval that a request waits for, None where it waits for none."""
    query = _with_people().where(
        Approval.ticket_id == ticket_id, Approval.decision == Decision.WAITING
    )
    return work.session.scalar(query.order_by(Approval.id.desc()))


def mine(work: Work, *, decided: bool = False) -> Sequence[Approval]:
    """Return what waits for the actor's word, longest first; or what they decided, newest first."""
    query = (
        _with_people()
        .options(
            joinedload(Approval.request).joinedload(Ticket.requester),
        )
        .where(Approval.approver_id == work.actor.id)
    )
    if decided:
        over = query.where(Approval.decision != Decision.WAITING)
        return work.session.scalars(over.order_by(Approval.id.desc()).limit(RECENT)).all()
    return work.session.scalars(
        query.where(Approval.decision == Decision.WAITING).order_by(Approval.id)
    ).all()


def asked_of_me(work: Work, number: str) -> Approval:
    """Return the newest approval of a request that the actor was asked for. Raises NotFound."""
    query = (
        _with_people()
        .join(Ticket, Ticket.id == Approval.ticket_id)
        .where(
            Ticket.number == desk.plain(number),
            Approval.approver_id == work.actor.id,
            desk.visible_to(work),
        )
        .order_by(Approval.id.desc())
        .limit(1)
    )
    found = work.session.scalar(query)
    if found is None:
        raise NotFound(f"you were not asked to approve {number[:24]}")
    return found


def by_id(work: Work, approval_id: int) -> Approval | None:
    """Return an approval, None where there is none. Who may see it is for the caller to know."""
    return work.session.scalar(_with_people().where(Approval.id == approval_id))


def last_currency(work: Work) -> str:
    """Return the currency of the newest amount, EUR where there is none."""
    query = select(Approval.currency).where(Approval.currency != "").order_by(Approval.id.desc())
    return work.session.scalar(query.limit(1)) or "EUR"


def _with_people() -> Select[Approval]:
    return select(Approval).options(joinedload(Approval.approver), joinedload(Approval.asked_by))
