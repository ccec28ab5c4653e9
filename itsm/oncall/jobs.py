"""What the worker and the clock do for on call."""

from functools import partial
from zoneinfo import ZoneInfo

from itsm.kernel.work import Work
from itsm.notify import service as notify
from itsm.notify.channel import Message, Outcome, OutcomeState, Outside
from itsm.notify.channels.email import EmailConfig
from itsm.notify.jobs import hand_over
from itsm.notify.queries import MAIL
from itsm.notify.service import Task
from itsm.oncall import pager, queries, service
from itsm.oncall.models import Delivery
from itsm.oncall.situation import About, Situation, nothing_known
from itsm.platform.faults import kill_point
from itsm.platform.house import Effect
from itsm.platform.outbox import Payload

PRIORITIES = {1: "Critical", 2: "High", 3: "Medium", 4: "Low"}


def advance(work: Work, payload: Payload) -> None:
    """Timer `oncall.advance`: take the steps of an escalation that are due."""
    service.advance(work, int(str(payload["escalation_id"])))


def delivering(outside: Outside, about: About = nothing_known) -> Effect[Task, Outcome]:
    """Return the job `oncall.deliver`: hand one delivery to its channel, payload `delivery_id`."""
    return Effect(
        partial(_prepare, outside.public_url, about),
        partial(_perform, outside),
        partial(_record, outside.public_url, about),
    )


def _prepare(public_url: str, about: About, work: Work, payload: Payload) -> Task | None:
    delivery = queries.delivery(work, int(str(payload["delivery_id"])))
    if delivery is None or not pager.begin_try(work, delivery):
        return None
    if delivery.contact is not None:
        config = notify.opened(work, delivery.contact)
    elif delivery.channel == MAIL:
        config = EmailConfig(address=delivery.address)
    else:
        _finish(work, delivery, Outcome(OutcomeState.FAILED, "the contact was removed"))
        return None
    return Task(delivery.channel, config, _message(public_url, about, work, delivery))


def _perform(outside: Outside, task: Task) -> Outcome:
    kill_point("oncall.sending")
    outcome = hand_over(outside)(task)
    kill_point("oncall.accepted")
    return outcome


def _record(public_url: str, about: About, work: Work, payload: Payload, outcome: Outcome) -> None:
    delivery = queries.delivery(work, int(str(payload["delivery_id"])))
    if delivery is None:
        return
    if outcome.kept:
        message = _message(public_url, about, work, delivery)
        person_id = delivery.page.person_id
        notify.keep(work, person_id, delivery.channel, delivery.address, message)
    _finish(work, delivery, outcome)


def _finish(work: Work, delivery: Delivery, outcome: Outcome) -> None:
    if not pager.end_try(work, delivery, outcome):
        service.give_up_on(work, delivery.page)


def _message(public_url: str, about: About, work: Work, delivery: Delivery) -> Message:
    """Say what, where, since when and how to answer; the same for every try."""
    page = delivery.page
    ticket = page.escalation.ticket
    token = "" if page.token is None else work.vault.open(page.token)
    since = ticket.created_at.astimezone(ZoneInfo(page.person.zone))
    parts = [ticket.number, *_where(about(work, ticket.id)), f"since {since:%H:%M %Z}"]
    return Message(
        key=f"page-{page.id}-{delivery.id}",
        title=f"{PRIORITIES[ticket.priority]}: {ticket.title}",
        body=" · ".join(parts),
        link=f"{public_url}/p/{token}",
    )


def _where(situation: Situation) -> list[str]:
    path = " → ".join(situation.path)
    count = len(situation.alerts)
    alerts = f"{count} alert{'s' if count != 1 else ''}" if count else ""
    return [part for part in (path, alerts) if part]
