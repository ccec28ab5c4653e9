"""Every verb on checklists: keep, retire, apply."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from itsm.desk.models import Desk, Ticket
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, Refused
from itsm.kernel.work import Work
from itsm.tasks import service as tasks
from itsm.tasks.checklists import queries
from itsm.tasks.checklists.events import (
    ChecklistApplied,
    ChecklistOffered,
    ChecklistRetired,
    ChecklistSaved,
)
from itsm.tasks.checklists.inputs import SaveChecklist
from itsm.tasks.checklists.models import Checklist, ChecklistStep
from itsm.tasks.inputs import NewTask
from itsm.tasks.models import Task


def save(work: Work, new: SaveChecklist, checklist: Checklist | None = None) -> Checklist:
    """Keep a new checklist, or change one; tickets keep the tasks that they have.

    Emits ChecklistSaved. Raises Denied without config:edit, Invalid for a desk or category that
    there is not.
    """
    work.must(Permission.CONFIG_EDIT)
    desk = _desk(work, new) if new.desk else None
    kept = checklist or Checklist(active=True)
    kept.name, kept.category = new.name, new.category
    kept.desk, kept.desk_id = desk, desk.id if desk else None
    kept.steps = [
        ChecklistStep(position=place, title=one.title, due_days=one.due_days)
        for place, one in enumerate(new.steps, 1)
    ]
    work.add(kept)
    work.emit(ChecklistSaved(checklist_id=kept.id, title=kept.name, steps=len(kept.steps)))
    return kept


def offer(work: Work, checklist: Checklist, *, active: bool) -> None:
    """Offer a checklist no longer, or again. Emits ChecklistRetired or ChecklistOffered.

    Raises Denied without config:edit.
    """
    work.must(Permission.CONFIG_EDIT)
    if checklist.active is not active:
        checklist.active = active
        event = ChecklistOffered if active else ChecklistRetired
        work.emit(event(checklist_id=checklist.id, title=checklist.name))


def apply(work: Work, ticket: Ticket, checklist: Checklist) -> Sequence[Task]:
    """Put the steps of a checklist on a ticket as tasks. Emits ChecklistApplied, TaskAdded.

    Raises Denied without ticket:note, Refused for a retired one, Invalid beyond 500 tasks.
    """
    work.must(Permission.TICKET_NOTE, ticket)
    if not checklist.active:
        raise Refused(f"{checklist.name} is no longer in use")
    work.emit(
        ChecklistApplied(ticket_id=ticket.id, checklist_id=checklist.id, checklist=checklist.name)
    )
    return [
        tasks.add(work, ticket, NewTask(title=step.title, due=_due(work, step.due_days)))
        for step in checklist.steps
    ]


def _desk(work: Work, new: SaveChecklist) -> Desk:
    desk = next((one for one in queries.desks(work) if one.key == new.desk), None)
    if desk is None:
        raise Invalid(f"there is no desk {new.desk!r}", {"desk": "unknown"})
    if new.category and new.category not in queries.categories(work, desk):
        message = f"{desk.name} has no category {new.category}"
        raise Invalid(message, {"category": message})
    return desk


def _due(work: Work, days: int | None) -> datetime | None:
    """Return the instant so many days ahead at which the actor's clock shows the same as now."""
    if days is None:
        return None
    local = work.now.astimezone(ZoneInfo(work.actor.zone))
    return (local + timedelta(days=days)).astimezone(UTC)
