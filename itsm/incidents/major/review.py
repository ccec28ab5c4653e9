"""The review: a draft from the journal, kept as Markdown, and written on by people."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from itsm.assets import queries as assets
from itsm.desk import journaled, sentences
from itsm.desk import queries as desk
from itsm.desk.journaled import Row
from itsm.desk.models import LinkType, Visibility
from itsm.incidents.major import queries
from itsm.incidents.major.events import ReviewDrafted, ReviewEdited, RoleGiven
from itsm.incidents.major.inputs import EditReview
from itsm.incidents.major.models import Action, Major, Review
from itsm.incidents.major.states import Role
from itsm.incidents.models import Incident
from itsm.kernel.access import Permission
from itsm.kernel.errors import Conflict, Refused
from itsm.kernel.work import Work
from itsm.tickets.properties import IMPACTS, PRIORITIES

LONGEST_LINE = 400
TO_WRITE = "_To be written._"


def draft(work: Work, incident: Incident) -> Review:
    """Draft the review of a major incident that is over, from the journal. Emits ReviewDrafted.

    Raises Denied without ticket:note, NotFound for what is no major incident, Refused before it is
    over and where there is a review already.
    """
    work.must(Permission.TICKET_NOTE, incident)
    major = queries.active(work, incident)
    if major.ended_at is None:
        raise Refused(f"{incident.number} is not over yet")
    if queries.has_review(work, incident.id):
        raise Refused(f"there is a review of {incident.number} already")
    body = "\n".join(_draft(work, incident, major))
    made = work.add(
        Review(ticket_id=incident.id, body=body, drafted_at=work.now, changed_at=work.now)
    )
    work.emit(ReviewDrafted(ticket_id=incident.id))
    return made


def edit(work: Work, incident: Incident, wanted: EditReview) -> Review:
    """Set the text of the review. Emits ReviewEdited.

    Raises Denied without ticket:note, NotFound where none was drafted, Conflict where somebody has
    changed it since it was read.
    """
    work.must(Permission.TICKET_NOTE, incident)
    review = queries.review(work, incident)
    if review.version != wanted.version:
        raise Conflict("somebody else has changed the review meanwhile")
    review.body, review.changed_at = wanted.body, work.now
    work.add(review)  # numbers the version anew
    work.emit(ReviewEdited(ticket_id=incident.id))
    return review


def as_markdown(review: Review, actions: Sequence[Action]) -> str:
    """Return the review with its action items as they stand now, for use elsewhere."""
    lines = [review.body.rstrip(), "", "## Action items", ""]
    lines += [_action_line(action) for action in actions] or ["None."]
    return "\n".join(lines) + "\n"


def _action_line(action: Action) -> str:
    owner = action.owner.name if action.owner else "nobody yet"
    due = f", due {action.due_on.isoformat()}" if action.due_on else ""
    return f"- [{'x' if action.done_at else ' '}] {_line(action.title)} ({owner}{due})"


def _draft(work: Work, incident: Incident, major: Major) -> Iterator[str]:
    rows = journaled.about(work, incident)
    yield f"# Review of {incident.number}: {_line(incident.title)}"
    yield from ("", "## Summary", "", *_summary(incident, major))
    yield from ("", "## Impact", "", *_impact(work, incident))
    yield from ("", "## Roles", "", *_roles(work, incident, rows))
    yield from ("", "## Timeline", "", "Times are in UTC.", "", *_timeline(work, incident, rows))
    yield from ("", "## What went well", "", TO_WRITE)
    yield from ("", "## What went badly", "", TO_WRITE, "")


def _summary(incident: Incident, major: Major) -> Iterator[str]:
    if major.headline:
        yield f"{_line(major.headline)}."
        yield ""
    ended = major.ended_at or incident.updated_at
    yield f"- Began: {_when(incident.created_at)}"
    yield f"- Declared a major incident: {_when(major.declared_at)}"
    yield f"- Over: {_when(ended)}, after {_lasted(ended - incident.created_at)}"
    yield f"- Priority: {PRIORITIES[incident.priority]}"
    yield f"- What fixed it: {_line(incident.resolution) or TO_WRITE}"


def _impact(work: Work, incident: Incident) -> Iterator[str]:
    cis = assets.of_tickets(work, [incident.id]).get(incident.id, [])
    others = [
        one
        for one in desk.related(work, incident)
        if one.type == "child" or (one.type == LinkType.DUPLICATE_OF and not one.outgoing)
    ]
    yield f"- Who was hit: {IMPACTS[incident.impact]}"
    yield f"- Services: {', '.join(ci.name for ci in cis if ci.is_service) or 'none named'}"
    yield f"- Other CIs: {', '.join(ci.name for ci in cis if not ci.is_service) or 'none named'}"
    yield f"- Reported besides: {len(others)} incidents"


def _roles(work: Work, incident: Incident, rows: Sequence[Row]) -> Iterator[str]:
    given = [row for row in rows if row.name == RoleGiven.name]
    for role in Role:
        held = [
            f"{row.data['person']} from {row.at.astimezone(UTC):%H:%M}"
            for row in given
            if row.data["role"] == role
        ]
        yield f"- {role.value.capitalize()}: {', '.join(held) or 'nobody'}"
    names = [one.person.name for one in queries.responders(work, incident.id)]
    yield f"- Responders: {', '.join(names) or 'nobody'}"


def _timeline(work: Work, incident: Incident, rows: Sequence[Row]) -> Iterator[str]:
    entries = [*_events(rows), *_comments(work, incident)]
    for at, who_reads, text in sorted(entries, key=lambda entry: entry[0]):
        yield f"- {_when(at)} · {who_reads} · {_line(text)}"


def _events(rows: Sequence[Row]) -> Iterator[tuple[datetime, str, str]]:
    for row in rows:
        said = sentences.say(row.name, row.data, row.actor, internal=True)
        if said is not None:
            public = sentences.say(row.name, row.data, row.actor, internal=False)
            yield row.at, "public" if public else "internal", said.text


def _comments(work: Work, incident: Incident) -> Iterator[tuple[datetime, str, str]]:
    statuses = {one.comment_id: one.status for one in queries.updates(work, incident)}
    for comment in desk.comments(work, incident):
        who_reads = "public" if comment.visibility is Visibility.PUBLIC else "internal"
        status = statuses.get(comment.id)
        lead = f"update, {status.value}: " if status else ""
        yield comment.created_at, who_reads, f"{comment.author_name}: {lead}{comment.body}"


def _line(text: str) -> str:
    """Return a text as one line that Markdown takes for no more than text."""
    flat = " ".join(text.split()).replace("<", "\\<")
    return flat if len(flat) <= LONGEST_LINE else flat[:LONGEST_LINE].rstrip() + " …"


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


def _lasted(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
