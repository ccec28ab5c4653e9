"""Every read of batches: each sees their own."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, func, select

from itsm.desk import queries as desk
from itsm.desk.models import Kind, Ticket
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.tickets import queries as tickets
from itsm.tickets.bulk.inputs import MOST
from itsm.tickets.bulk.models import Batch, Item, Outcome
from itsm.tickets.filters import Filters

RECENT = 20


def numbers(work: Work, filters: Filters, kind: Kind) -> Sequence[str]:
    """Return the numbers of the incidents that a list holds on all its pages, at most 5000."""
    query = select(Ticket.number).where(
        desk.visible_to(work), *tickets.conditions(work, filters, kind)
    )
    return work.session.scalars(query.order_by(Ticket.id).limit(MOST)).all()


def own(work: Work, batch_id: int) -> Batch:
    """Return a batch of one's own. Raises NotFound."""
    return _own(work, select(Batch), batch_id)


def batch(work: Work, batch_id: int) -> Batch:
    """Return it likewise, to change it. Raises NotFound."""
    return _own(work, select(Batch).with_for_update(), batch_id)


def _own(work: Work, query: Select[Batch], batch_id: int) -> Batch:
    mine = query.where(Batch.id == batch_id, Batch.actor_id == work.actor.id)
    found = work.session.scalar(mine)
    if found is None:
        raise NotFound("there is no such batch")
    return found


def to_run(work: Work, batch_id: int) -> Batch:
    """Return any batch, for the worker."""
    return work.session.get_one(Batch, batch_id)


def recent(work: Work) -> Sequence[Batch]:
    """Return one's own newest 20 batches."""
    query = select(Batch).where(Batch.actor_id == work.actor.id)
    return work.session.scalars(query.order_by(Batch.id.desc()).limit(RECENT)).all()


def items(work: Work, batch_id: int, *outcomes: Outcome, limit: int = MOST) -> Sequence[Item]:
    """Return a batch's items, those of some outcomes where given, in their order."""
    query = select(Item).where(Item.batch_id == batch_id)
    if outcomes:
        query = query.where(Item.outcome.in_(outcomes))
    return work.session.scalars(query.order_by(Item.id).limit(limit)).all()


def counts(work: Work, batch_id: int) -> Mapping[Outcome, int]:
    """Return how many items of a batch came out how."""
    query = select(Item.outcome, func.count()).where(Item.batch_id == batch_id)
    rows = work.session.execute(query.group_by(Item.outcome)).all()
    found: dict[Outcome, int] = {row[0]: row[1] for row in rows}
    return {one: found.get(one, 0) for one in Outcome}


def titles(work: Work, wanted: Sequence[str]) -> Mapping[str, str]:
    """Return the titles of those of the tickets that the actor may read, by number."""
    query = select(Ticket.number, Ticket.title).where(
        Ticket.number.in_(wanted), desk.visible_to(work)
    )
    return {row.number: row.title for row in work.session.execute(query.order_by(Ticket.id))}
