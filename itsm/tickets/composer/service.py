"""Every verb of the composer: templates, drafts, presence, and to send."""

from collections.abc import Sequence
from datetime import timedelta

from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Comment, Ticket, Visibility
from itsm.kernel.access import Permission
from itsm.kernel.errors import Conflict, Denied, Invalid
from itsm.kernel.work import Work
from itsm.tickets import editing, kinds, properties
from itsm.tickets.composer import placeholders, queries
from itsm.tickets.composer.events import TemplateRemoved, TemplateSaved
from itsm.tickets.composer.inputs import Changes, SaveDraft, SaveTemplate, Send
from itsm.tickets.composer.models import Draft, Presence, Scope, Template
from itsm.tickets.composer.placeholders import Filled
from itsm.tickets.inputs import EditTicket, Transition
from itsm.tickets.moving import PENDING

PRESENT_FOR = timedelta(seconds=25)
RENEW_UNDER = timedelta(seconds=17)


class Overtaken(Conflict):
    """Somebody posted meanwhile; `newer` is what the writer has not seen."""

    def __init__(self, newer: Sequence[Comment]) -> None:
        who = newer[-1].author_name
        super().__init__(f"{who} replied while you were writing: your text is not sent yet")
        self.newer = tuple(newer)


def save_template(work: Work, new: SaveTemplate, template: Template | None = None) -> Template:
    """Keep a new template, or change one. Emits TemplateSaved.

    Raises Denied without ticket:note, for a team that the actor is not in and for everybody's,
    both without config:edit; Invalid for a team that there is not.
    """
    work.must(Permission.TICKET_NOTE)
    if template is not None:
        _must_keep(work, template.scope, template.team_id)
    team_id = properties.team(work, new.team).id if new.scope is Scope.TEAM else None
    _must_keep(work, new.scope, team_id)
    if new.changes.team:
        properties.team(work, new.changes.team)
    kept = template or Template(owner_id=work.actor.id, used=0)
    kept.scope, kept.team_id = new.scope, team_id
    kept.name, kept.language, kept.body = new.name, new.language, new.body
    kept.visibility = new.visibility
    kept.changes = new.changes.model_dump(mode="json", exclude_defaults=True)
    work.add(kept)
    work.emit(TemplateSaved(template_id=kept.id, title=kept.name, scope=kept.scope))
    return kept


def remove_template(work: Work, template: Template) -> None:
    """Take a template away. Emits TemplateRemoved. Raises Denied as `save_template` does."""
    work.must(Permission.TICKET_NOTE)
    _must_keep(work, template.scope, template.team_id)
    work.emit(TemplateRemoved(template_id=template.id, title=template.name))
    work.session.delete(template)


def may_keep(work: Work, template: Template) -> bool:
    """Tell whether the actor, who may use a template, may change it as well."""
    return _keeps(work, template.scope, template.team_id)


def _must_keep(work: Work, scope: Scope, team_id: int | None) -> None:
    if not _keeps(work, scope, team_id):
        raise Denied("templates of other teams and of everybody need the permission config:edit")


def _keeps(work: Work, scope: Scope, team_id: int | None) -> bool:
    if scope is Scope.OWN or work.can(Permission.CONFIG_EDIT):
        return True
    return scope is Scope.TEAM and team_id in work.actor.team_ids


def render(work: Work, template: Template, ticket: Ticket) -> Filled:
    """Return a template's text for a ticket, in the words of who is to send it."""
    agent = work.actor.full_name or work.actor.name
    requester = ticket.requester.name if ticket.requester else ""
    return placeholders.fill(
        template.body,
        {
            "ticket.number": ticket.number,
            "ticket.title": ticket.title,
            "ticket.state": str(ticket.state).replace("_", " "),
            "ticket.team": ticket.team.name if ticket.team else "",
            "requester.name": requester,
            "requester.first_name": placeholders.first_name(requester),
            "agent.name": agent,
            "agent.first_name": placeholders.first_name(agent),
        },
    )


def keep_draft(work: Work, ticket: Ticket, new: SaveDraft) -> None:
    """Keep what the actor has written so far, or forget it where that is nothing.

    Raises Denied without ticket:reply. No event: a draft is its writer's own.
    """
    work.must(Permission.TICKET_REPLY, ticket)
    if not new.body.strip():
        forget_draft(work, ticket, new.visibility)
        return
    kept = queries.draft(work, ticket, new.visibility)
    if kept is None:
        work.add(
            Draft(
                person_id=work.actor.id,
                ticket_id=ticket.id,
                visibility=new.visibility,
                body=new.body,
                updated_at=work.now,
            )
        )
    elif kept.body != new.body:
        kept.body, kept.updated_at = new.body, work.now


def forget_draft(work: Work, ticket: Ticket, visibility: Visibility) -> None:
    """Forget the actor's own draft, if there is one."""
    kept = queries.draft(work, ticket, visibility)
    if kept is not None:
        work.session.delete(kept)


def be_present(work: Work, ticket: Ticket, *, replying: bool) -> None:
    """Say that the actor has the ticket before them, for the next 25 s. No event.

    Nothing is written while what stands there holds for 17 s more. Raises Denied without
    ticket:note.
    """
    work.must(Permission.TICKET_NOTE, ticket)
    row = queries.presence(work, ticket)
    until = work.now + PRESENT_FOR
    if row is None:
        work.add(
            Presence(
                ticket_id=ticket.id, person_id=work.actor.id, replying=replying, expires_at=until
            )
        )
    elif row.replying is not replying or row.expires_at - work.now < RENEW_UNDER:
        row.replying, row.expires_at = replying, until


def leave(work: Work, ticket: Ticket) -> None:
    """Say that the actor has turned away."""
    row = queries.presence(work, ticket)
    if row is not None:
        work.session.delete(row)


def send(work: Work, ticket: Ticket, new: Send) -> Comment:
    """Write a comment, do what its macro says, and forget its draft. Emits what these emit.

    Raises Overtaken where others replied since `new.seen`, unless `anyway`; Invalid where a
    placeholder was not filled; NotFound for another's template; Denied, Refused for a change that
    the macro may not make: then nothing is sent.
    """
    template = queries.template(work, new.template) if new.template else None
    left = placeholders.left(new.body, templated=template is not None)
    if left:
        words = ", ".join(f"{{{{{name}}}}}" for name in left)
        raise Invalid(f"fill in {words} before you send", {"body": "has placeholders"})
    if new.visibility is Visibility.PUBLIC and new.seen is not None and not new.anyway:
        newer = queries.newer_replies(work, ticket, new.seen)
        if newer:
            raise Overtaken(newer)
    plain = NewComment(body=new.body, visibility=new.visibility)
    written = tickets.comment(work, ticket, plain)
    if template is not None:
        template.used += 1
        if new.macro:
            _apply(work, ticket, Changes.model_validate(template.changes), new)
    if new.wait and new.visibility is Visibility.PUBLIC:
        step = Transition(to=PENDING, awaits_answer=True)
        kinds.of(ticket).transition(work, ticket, step)
    forget_draft(work, ticket, new.visibility)
    return written


def _apply(work: Work, ticket: Ticket, changes: Changes, sent: Send) -> None:
    edits: dict[str, object] = {}
    if changes.team:
        edits["team"] = changes.team
    if changes.take:
        edits["assignee"] = "me"
    if changes.tags:
        there = [str(tag) for tag in ticket.tags] if isinstance(ticket.tags, list) else []
        edits["tags"] = list(dict.fromkeys([*there, *changes.tags]))
    if edits:
        editing.edit(work, ticket, EditTicket.model_validate(edits))
    if changes.state and changes.state != ticket.state:
        public = sent.visibility is Visibility.PUBLIC
        step = Transition(
            to=changes.state,
            reason=changes.reason,
            resolution=sent.body if public else "",
            resolution_code=changes.resolution_code,
        )
        kinds.of(ticket).transition(work, ticket, step)
