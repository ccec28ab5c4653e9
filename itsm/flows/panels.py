"""Cards beside an incident that need two rooms: its alerts, and who was paged for it."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint

from itsm.desk.models import Kind, Ticket
from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.monitoring import behind
from itsm.monitoring import queries as monitoring
from itsm.monitoring.correlation.queries import storm_of
from itsm.monitoring.models import Alert, Why
from itsm.monitoring.states import ACTIVE, LOUD, State
from itsm.oncall import outlook, queries, responder_queries
from itsm.requests.approval import queries as approval_queries
from itsm.requests.approval import service as approval_verbs
from itsm.tickets import kinds
from itsm.tickets.panels import Panel

DAY = timedelta(days=1)
# Has no routes: it brings the templates of this room.
templates = Blueprint("flows", __name__, template_folder="templates")


def alerts(work: Work, ticket: Ticket) -> Panel | None:
    """Return the card of the alerts behind a ticket, those that fire first."""
    if not work.can(Permission.ALERT_READ):
        return None
    alerts_behind = monitoring.behind(work, ticket.id)
    if not alerts_behind:
        return None
    states = {alert.state for alert in alerts_behind}
    badge = _badge(work, alerts_behind) if not states & LOUD else ""
    until = (work.now + DAY).astimezone(ZoneInfo(work.actor.zone))
    data = {
        "alerts": alerts_behind,
        "until": f"{until:%Y-%m-%dT%H:%M}",
        "storm": _storm(work, ticket.id),
    }
    asks = "flows/resolving.html" if states & ACTIVE else ""
    return Panel("Alerts", "flows/alerts.html", data, badge, asks)


def _badge(work: Work, alerts_behind: Sequence[Alert]) -> str:
    """Return what to say where all that fires is kept quiet, empty where nothing is."""
    quiet = [one.id for one in alerts_behind if one.state is State.SUPPRESSED]
    reasons = monitoring.suppressions(work, quiet) if quiet else {}
    ends = [
        reason.until
        for some in reasons.values()
        for reason in some
        if reason.why is Why.MAINTENANCE and reason.until is not None
    ]
    if ends:
        return f"In maintenance until {max(ends).astimezone(ZoneInfo(work.actor.zone)):%a %H:%M}"
    return "Alerts kept quiet" if quiet else ""


def _storm(work: Work, ticket_id: int) -> dict[str, object] | None:
    """Return the size and the hosts of a storm, None for an incident that stands for none."""
    storm = storm_of(work, ticket_id)
    if storm is None:
        return None
    alerts, hosts = behind.size_of(work, ticket_id)
    lines = behind.hosts_of(work, ticket_id)
    return {"alerts": alerts, "hosts": hosts, "lines": lines, "over": storm.ended_at is not None}


def paging(work: Work, ticket: Ticket) -> Panel | None:
    """Return the card of who was paged, how, and who is next."""
    if not work.can(Permission.PAGE_READ):
        return None
    escalations = responder_queries.escalations_of(work, ticket.id)
    may_send = ticket.open and work.can(Permission.PAGE_SEND, ticket)
    if not escalations and not may_send:
        return None
    data: dict[str, object] = {"escalations": escalations, "number": ticket.number}
    if escalations:
        sent = queries.deliveries_of(work, *(row.id for row in escalations))
        data["tried"] = outlook.tried(sent)
        coming = (outlook.coming_next(work, row) for row in escalations)
        data["coming"] = [one for one in coming if one is not None]
    if may_send:
        data["teams"] = responder_queries.teams(work)
        data["people"] = responder_queries.people(work)
    return Panel("Paging", "flows/paging.html", data)


def approvals(work: Work, ticket: Ticket) -> Panel | None:
    """Return the card of who was asked to approve a request, and what they said."""
    if ticket.kind is not Kind.REQUEST:
        return None
    asked = approval_queries.of(work, ticket)
    may_ask = "ask" in kinds.of(ticket).moves(ticket) and work.can(
        Permission.TICKET_TRANSITION, ticket
    )
    if not asked and not may_ask:
        return None
    data = {
        "approvals": asked,
        "cost": approval_verbs.cost,
        "may_ask": may_ask,
        "may_withdraw": work.can(Permission.TICKET_TRANSITION, ticket),
        "currency": approval_queries.last_currency(work) if may_ask else "",
        "number": ticket.number,
    }
    return Panel("Approval", "requests/asked.html", data)
