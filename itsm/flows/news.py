"""Who is told what of a ticket. Nobody is told of what they did themselves, or may not read."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from itsm.desk.events import WatcherAdded
from itsm.desk.mentions import readers
from itsm.desk.models import Comment, Ticket, Visibility
from itsm.incidents.events import IncidentOpened, IncidentResolved
from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.news import queries, service
from itsm.news.models import Topic
from itsm.news.service import Told
from itsm.people import queries as people
from itsm.people.models import Person, TeamMember
from itsm.platform.outbox import Payload
from itsm.requests.approval.events import (
    ApprovalAsked,
    ApprovalDenied,
    ApprovalGiven,
    ApprovalReminded,
)
from itsm.requests.events import RequestFulfilled, RequestOpened
from itsm.tasks import queries as tasks
from itsm.tickets.events import ClosesSoon, TicketAssigned, TicketChanged

GRAVER = "incident.graver"
ASKED = frozenset({ApprovalAsked.name, ApprovalReminded.name})
ANSWERED = frozenset({ApprovalDenied.name, ApprovalGiven.name})
OPENED = frozenset({IncidentOpened.name, RequestOpened.name})
SOLVED = frozenset({IncidentResolved.name, RequestFulfilled.name, ClosesSoon.name})
Receivers = dict[int, Topic]


def happened(work: Work, payload: Payload) -> None:
    """Tell those whom an event concerns. Payload: its data, `event`, and `by`, a person or None."""
    ticket = _ticket(work, payload)
    if str(payload["event"]) in OPENED:
        _tell(work, ticket, _of_opened(work, ticket), payload)
    else:
        _tell(work, ticket, _of_change(work, ticket, payload), payload)


def watched(work: Work, event: WatcherAdded) -> None:
    """Tell a person of a ticket again who had left it and watches it now."""
    if event.own:
        service.come_back(work, event.ticket_id)


def commented(work: Work, payload: Payload) -> None:
    """Tell those whom a reply or a note concerns: who is mentioned is told of that instead."""
    ticket = _ticket(work, payload)
    comment = work.session.get_one(Comment, int(str(payload["comment_id"])))
    note = comment.visibility is Visibility.INTERNAL
    topic = Topic.NOTE if note else Topic.REPLY
    involved: set[int | None] = {ticket.assignee_id, *(one.person_id for one in ticket.watchers)}
    if not note:
        involved.add(ticket.requester_id)
    told: Receivers = {one: topic for one in involved if one is not None}
    mentioned = payload.get("mentioned")
    if isinstance(mentioned, list):
        told |= {int(str(one)): Topic.MENTION for one in mentioned}
    _tell(work, ticket, told, payload, comment)


def echoed(work: Work, payload: Payload) -> None:
    """Tell the requester of a duplicate of an update to its master, once for all of theirs."""
    ticket = _ticket(work, payload)
    comment = work.session.get_one(Comment, int(str(payload["comment_id"])))
    if payload["first"] and ticket.requester_id is not None:
        _tell(work, ticket, {ticket.requester_id: Topic.REPLY}, payload, comment)


def of_task(work: Work, payload: Payload) -> None:
    """Tell the owner of a task that it was given to them, or that it falls due soon.

    Where it has none, that is whoever has the ticket.
    """
    ticket, task = _ticket(work, payload), tasks.by_id(work, int(str(payload["task_id"])))
    if task is None or task.done_at is not None:
        return
    owners = {task.assignee_id or ticket.assignee_id}
    if task.team_id is not None:
        owners = set(tasks.members(work, task.team_id))
    known = people.active(work, [one for one in owners if one is not None])
    who = readers(work, ticket, known, Permission.TICKET_NOTE)
    _tell(work, ticket, {one.id: Topic.TASK for one in who}, payload)


def _ticket(work: Work, payload: Payload) -> Ticket:
    query = select(Ticket).where(Ticket.id == int(str(payload["ticket_id"])))
    return work.session.scalars(query.options(joinedload(Ticket.watchers))).unique().one()


def _of_opened(work: Work, ticket: Ticket) -> Receivers:
    team = select(TeamMember.person_id).where(TeamMember.team_id == ticket.team_id)
    told: Receivers = dict.fromkeys(work.session.scalars(team), Topic.TEAM)
    if ticket.assignee_id is not None:
        told[ticket.assignee_id] = Topic.ASSIGNED
    if ticket.requester_id is not None:
        told[ticket.requester_id] = Topic.OPENED
    return told


def _of_change(work: Work, ticket: Ticket, payload: Payload) -> Receivers:
    event = str(payload["event"])
    if event == TicketAssigned.name:
        return _of_assigned(work, payload)
    if event in ASKED:
        return {int(str(payload["approver_id"])): Topic.APPROVAL}
    if event in ANSWERED:
        both = {ticket.requester_id, ticket.assignee_id}
        return {one: Topic.STATE for one in both if one is not None}
    if event in {TicketChanged.name, GRAVER}:
        rose = payload.get("field", "priority") == "priority" and _rose(payload)
        return {ticket.assignee_id: Topic.PRIORITY} if rose and ticket.assignee_id else {}
    if payload.get("quiet"):
        return {}
    topic = Topic.RESOLVED if event in SOLVED else Topic.STATE
    return {ticket.requester_id: topic} if ticket.requester_id else {}


def _of_assigned(work: Work, payload: Payload) -> Receivers:
    if payload["assignee_id"] is not None:
        return {int(str(payload["assignee_id"])): Topic.ASSIGNED}
    team = select(TeamMember.person_id).where(TeamMember.team_id == payload["team_id"])
    return dict.fromkeys(work.session.scalars(team), Topic.TEAM)


def _rose(payload: Payload) -> bool:
    """Tell whether the priority rose, that is, whether its number fell."""
    return str(payload["after"]) < str(payload["before"])


def _tell(
    work: Work,
    ticket: Ticket,
    told: Receivers,
    payload: Payload,
    comment: Comment | None = None,
) -> None:
    by = payload["by"]
    # The acknowledgement goes to whoever reported it themselves, too: it bears the number.
    others = {one: topic for one, topic in told.items() if one != by or topic is Topic.OPENED}
    others = {one: others[one] for one in others.keys() - queries.who_left(work, ticket.id)}
    if not others:
        return
    internal = comment is not None and comment.visibility is Visibility.INTERNAL
    needed = Permission.TICKET_NOTE if internal else Permission.TICKET_READ
    who = readers(work, ticket, people.active(work, others), needed)
    actor = work.session.get(Person, by) if isinstance(by, int) else None
    service.tell(
        work,
        ticket.id,
        others,
        who,
        Told(
            str(payload["event"]),
            actor.name if actor else "",
            comment.id if comment else None,
        ),
    )
