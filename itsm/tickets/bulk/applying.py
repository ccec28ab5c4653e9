"""One change to one ticket by the verbs of single edits, tried or done, and taken back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Ticket
from itsm.kernel.errors import DomainError
from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.tickets import duplicates, editing, kinds, merging, properties, queries, restoring
from itsm.tickets.bulk.inputs import NOBODY, Change
from itsm.tickets.bulk.models import Outcome
from itsm.tickets.inputs import EditTicket, Transition

Values = dict[str, Json]
FIELDS = (
    "assignee",
    "team",
    "requester",
    "impact",
    "urgency",
    "priority",
    "category",
    "tags",
    "title",
)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one ticket, or would."""

    number: str
    outcome: Outcome
    reason: str = ""
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)


class _OnlyTried(Exception):
    """Rolls back what was tried."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        self.result = result


def do(work: Work, number: str, change: Change, *, dry: bool = False) -> Result:
    """Change one ticket, or only find out what that would do. Emits what its verbs emit."""

    def act(ticket: Ticket) -> Result:
        return watched(work, ticket, lambda: _apply(work, ticket, change))

    return _attempt(work, number, act, dry=dry)


def undo(work: Work, number: str, before: Values, after: Values) -> Result:
    """Bring a ticket's properties back to `before` where they still are as in `after`."""

    def act(ticket: Ticket) -> Result:
        return _put_back(work, ticket, before, after)

    return _attempt(work, number, act, dry=False, failed=Outcome.SKIPPED)


def _go_back_if(result: Result, *, tried: bool) -> None:
    if tried:
        raise _OnlyTried(result)


def _attempt(
    work: Work,
    number: str,
    act: Callable[[Ticket], Result],
    *,
    dry: bool,
    failed: Outcome = Outcome.REFUSED,
) -> Result:
    happened = len(work.events)
    try:
        with work.session.begin_nested():
            result = act(queries.get_to_change(work, number))
            _go_back_if(result, tried=dry)
    except _OnlyTried as tried:
        del work.events[happened:]
        return tried.result
    except ValidationError as error:
        del work.events[happened:]
        return Result(number, failed, str(error.errors()[0]["msg"])[:400])
    except DomainError as error:
        del work.events[happened:]
        return Result(number, failed, str(error)[:400])
    return result


def watched(work: Work, ticket: Ticket, act: Callable[[], object]) -> Result:
    """Do something to a ticket, and return what it changed of it."""
    happened = len(work.events)
    before = snapshot(work, ticket)
    act()
    after = snapshot(work, ticket)
    changed = {name for name in before if before[name] != after[name]}
    spoke = any(event.name == "ticket.commented" for event in work.events[happened:])
    return Result(
        ticket.number,
        Outcome.CHANGED if changed or spoke else Outcome.UNCHANGED,
        "" if changed or spoke else "it is so already",
        {name: before[name] for name in sorted(changed)},
        {name: after[name] for name in sorted(changed)},
    )


def snapshot(work: Work, ticket: Ticket) -> Values:
    """Return what can be put back of a ticket: properties, state, parent, merge."""
    kept: Values = {name: properties.shown(ticket, name) for name in FIELDS}
    merge = desk.merge_of(work, ticket) if not ticket.open else None
    return kept | {
        "state": dict(restoring.standing(ticket)),
        "parent": ticket.parent_id,
        "merged": merge.target_id if merge else None,
    }


def _apply(work: Work, ticket: Ticket, change: Change) -> None:
    edits = _edits(ticket, change)
    if edits:
        editing.edit(work, ticket, EditTicket.model_validate(edits))
    if change.body:
        written = NewComment(body=change.body, visibility=change.visibility)
        tickets.comment(work, ticket, written)
    if change.to and change.to != ticket.state:
        step = Transition(
            to=change.to,
            reason=change.reason,
            resolution=change.resolution,
            resolution_code=change.resolution_code,
        )
        kinds.of(ticket).transition(work, ticket, step)
    if change.duplicate_of:
        duplicates.mark(work, ticket, queries.get(work, change.duplicate_of))
    if change.merge_into:
        merging.merge(work, ticket, queries.get_to_change(work, change.merge_into))


def _edits(ticket: Ticket, change: Change) -> Mapping[str, object]:
    edits: dict[str, object] = {}
    for name in ("assignee", "team"):
        value = getattr(change, name)
        if value:
            edits[name] = None if value == NOBODY else value
    edits |= {
        name: getattr(change, name)
        for name in ("impact", "urgency", "category")
        if getattr(change, name)
    }
    if change.add_tags or change.remove_tags:
        there = [str(tag) for tag in ticket.tags] if isinstance(ticket.tags, list) else []
        kept = [tag for tag in there if tag not in change.remove_tags]
        wanted = list(dict.fromkeys([*kept, *change.add_tags]))
        if wanted != there:
            edits["tags"] = wanted
    return edits


def _put_back(work: Work, ticket: Ticket, before: Values, after: Values) -> Result:
    now = snapshot(work, ticket)
    same = {name for name in before if now.get(name) == after.get(name)}
    if "merged" in same:
        merging.unmerge(work, ticket, queries.by_id(work, Ticket, int(str(after["merged"]))))
    if "state" in same:
        was = before["state"]
        restoring.restore(work, ticket, was if isinstance(was, dict) else {})
    if "parent" in same:
        _put_parent_back(work, ticket, before["parent"], after["parent"])
    edits = {name: before[name] for name in FIELDS if name in same}
    if edits:
        # The matrix has no say in what is put back.
        edits.setdefault("priority", ticket.priority)
        editing.edit(work, ticket, EditTicket.model_validate(edits))
    left = ", ".join(sorted(before.keys() - same))
    if left:
        return Result(ticket.number, Outcome.SKIPPED, f"changed since: {left}")
    reason = "" if before else "what was written stays"
    return Result(ticket.number, Outcome.UNDONE if before else Outcome.SKIPPED, reason)


def _put_parent_back(work: Work, ticket: Ticket, before: Json, after: Json) -> None:
    if after is not None:
        master = queries.by_id(work, Ticket, int(str(after)))
        if queries.duplicate_of(work, ticket.id, master.id):
            duplicates.free(work, ticket, master.number)
    parent = queries.by_id(work, Ticket, int(str(before))).number if before is not None else None
    editing.edit(work, ticket, EditTicket(parent=parent))
