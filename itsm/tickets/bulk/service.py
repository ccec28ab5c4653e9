"""Every verb of batches: tried, begun, gone on with, undone."""

from collections.abc import Callable, Sequence

from itsm.desk.models import Ticket, Visibility
from itsm.kernel.access import Permission
from itsm.kernel.errors import Refused
from itsm.kernel.work import Work
from itsm.platform import outbox
from itsm.platform.outbox import Lane
from itsm.tickets.bulk import applying, queries
from itsm.tickets.bulk.applying import Result
from itsm.tickets.bulk.events import BatchBegun, BatchUndone
from itsm.tickets.bulk.inputs import AT_ONCE, NOBODY, Change
from itsm.tickets.bulk.models import Batch, Item, Outcome, Progress

JOB = "incidents.bulk"
CHUNK = 50


def distinct(numbers: Sequence[str]) -> list[str]:
    """Return numbers once each, in the order in which all lock their rows."""
    return sorted(dict.fromkeys(numbers), key=lambda number: (len(number), number))


def preview(work: Work, numbers: Sequence[str], change: Change) -> list[Result]:
    """Find out what a change would do to the first 200 of these incidents; nothing is changed.

    Raises Denied without ticket:update.
    """
    work.must(Permission.TICKET_UPDATE)
    return [applying.do(work, one, change, dry=True) for one in distinct(numbers)[:AT_ONCE]]


def begin(work: Work, numbers: Sequence[str], change: Change) -> Batch:
    """Change incidents: up to 200 at once, more by the worker. Emits BatchBegun.

    What is refused for one of them is kept with it and stops no other. Raises Denied without
    ticket:update.
    """
    work.must(Permission.TICKET_UPDATE)
    wanted = distinct(numbers)
    batch = _open(work, change, in_words(change), len(wanted))
    for number in wanted:
        work.session.add(Item(batch_id=batch.id, number=number[:24], outcome=Outcome.WAITING))
    work.emit(BatchBegun(batch_id=batch.id, incidents=batch.total, summary=batch.summary))
    if len(wanted) > AT_ONCE:
        _put_job(work, batch)
    else:
        go_on(work, batch, AT_ONCE)
    return batch


def _open(work: Work, change: Change | None, summary: str, total: int) -> Batch:
    return work.add(
        Batch(
            actor_id=work.actor.id,
            change=change.model_dump(mode="json", exclude_defaults=True) if change else {},
            summary=summary[:400],
            progress=Progress.RUNNING,
            total=total,
            created_at=work.now,
        )
    )


def _put_job(work: Work, batch: Batch) -> None:
    outbox.put(work, JOB, {"batch_id": batch.id}, topic=f"bulk:{batch.id}", lane=Lane.BULK)


def go_on(work: Work, batch: Batch, most: int = CHUNK) -> None:
    """Do the next `most` incidents of a batch with its maker's rights, and put a job for more."""
    change = Change.model_validate(batch.change)
    waiting = queries.items(work, batch.id, Outcome.WAITING, limit=most + 1)
    for item in waiting[:most]:
        _keep(item, applying.do(work, item.number, change))
    if len(waiting) > most:
        _put_job(work, batch)
    else:
        _finish(work, batch)


def stop(work: Work, batch: Batch, reason: str) -> None:
    """Refuse what is left of a batch."""
    for item in queries.items(work, batch.id, Outcome.WAITING):
        item.outcome, item.reason = Outcome.REFUSED, reason
    _finish(work, batch)


def _keep(item: Item, result: Result) -> None:
    item.outcome, item.reason = result.outcome, result.reason
    if result.outcome is Outcome.CHANGED:
        item.before, item.after = result.before, result.after


def _finish(work: Work, batch: Batch) -> None:
    batch.progress, batch.finished_at = Progress.DONE, work.now


def undo(work: Work, batch: Batch) -> None:
    """Bring back what a batch changed, but for what somebody has changed since. Emits BatchUndone.

    More than 200 by the worker. What was written to people stays. Raises Refused while it runs or
    where it was undone before, Denied without ticket:update.
    """
    if batch.total > 1:
        work.must(Permission.TICKET_UPDATE)
    if batch.progress is not Progress.DONE:
        raise Refused(f"this cannot be undone: it is {batch.progress.value}")
    batch.progress = Progress.UNDOING
    if batch.total > AT_ONCE:
        _put_job(work, batch)
    else:
        go_back(work, batch, AT_ONCE)


def go_back(work: Work, batch: Batch, most: int = CHUNK) -> None:
    """Undo the next `most` incidents of a batch, and put a job for more. Emits BatchUndone."""
    changed = queries.items(work, batch.id, Outcome.CHANGED, limit=most + 1)
    for item in changed[:most]:
        before = item.before if isinstance(item.before, dict) else {}
        after = item.after if isinstance(item.after, dict) else {}
        result = applying.undo(work, item.number, before, after)
        item.outcome, item.reason = result.outcome, result.reason
    if len(changed) > most:
        _put_job(work, batch)
        return
    batch.progress = Progress.UNDONE
    left = queries.counts(work, batch.id)[Outcome.SKIPPED]
    work.emit(BatchUndone(batch_id=batch.id, incidents=left))


def record(work: Work, ticket: Ticket, summary: str, act: Callable[[], object]) -> Batch | None:
    """Do something to one ticket so that it can be undone; None where it changed nothing.

    Whether the actor may is for the verbs inside to say. Emits what they emit.
    """
    result = applying.watched(work, ticket, act)
    if work.actor.id is None or not result.before:
        return None
    batch = _open(work, None, summary, 1)
    item = work.add(Item(batch_id=batch.id, number=ticket.number, outcome=Outcome.WAITING))
    _keep(item, result)
    _finish(work, batch)
    return batch


def in_words(change: Change) -> str:
    """Return a change as people say it."""
    said = []
    for name, label in (("assignee", "owner"), ("team", "team"), ("category", "category")):
        value = getattr(change, name)
        if value:
            said.append(f"{label} → {'nobody' if value == NOBODY else value}")
    said += [
        f"{name} → {getattr(change, name)}"
        for name in ("impact", "urgency")
        if getattr(change, name)
    ]
    said += [f"tag {tag}" for tag in change.add_tags]
    said += [f"without tag {tag}" for tag in change.remove_tags]
    if change.to:
        said.append(f"state → {change.to.replace('_', ' ')}")
    if change.body:
        said.append("reply" if change.visibility is Visibility.PUBLIC else "internal note")
    if change.duplicate_of:
        said.append(f"duplicate of {change.duplicate_of}")
    if change.merge_into:
        said.append(f"merged into {change.merge_into}")
    return ", ".join(said)
