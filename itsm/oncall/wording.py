"""What a message says: what is wrong, where, since when, how to answer, and what else waits."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from itsm.kernel.work import Work
from itsm.notify.channel import Message
from itsm.oncall.delivery import Purpose
from itsm.oncall.models import Delivery
from itsm.oncall.situation import Situation

PRIORITIES = {1: "Critical", 2: "High", 3: "Medium", 4: "Low"}
IN_SHORT = {
    Purpose.PAGE: "",
    Purpose.ACKNOWLEDGED: " (taken)",
    Purpose.HANDED_OVER: " (handed over)",
    Purpose.OVER: " (over)",
}
MOST_NAMED = 12


def message(
    work: Work,
    public_url: str,
    delivery: Delivery,
    situation: Situation,
    carried: Sequence[Delivery] = (),
) -> Message:
    """Return the message of a delivery and of those that it carries; the same for every try."""
    page, ticket = delivery.page, delivery.page.escalation.ticket
    token = "" if page.token is None else work.vault.open(page.token)
    more = _more(delivery, carried)
    if delivery.purpose is Purpose.PAGE:
        title, body = f"{PRIORITIES[ticket.priority]}: {ticket.title}", _about(delivery, situation)
    else:
        title, body = f"{ticket.number}: {delivery.said}", ticket.title
    return Message(
        key=f"page-{page.id}-{delivery.id}",
        title=title,
        body=body + more,
        link=f"{public_url}/p/{token}" if token else f"{public_url}/incidents/{ticket.number}",
        code=page.code if delivery.purpose is Purpose.PAGE else "",
    )


def spoken(delivery: Delivery, carried: Sequence[Delivery] = ()) -> str:
    """Return what a voice says of a delivery and of those that it carries.

    There is no link, and numbers are said letter by letter.
    """
    ticket = delivery.page.escalation.ticket
    if delivery.purpose is Purpose.PAGE:
        own = f"{PRIORITIES[ticket.priority]} incident {_spelt(delivery)}. {ticket.title}."
    else:
        own = f"{ticket.number}: {delivery.said}."
    some, rest = named(delivery, carried)
    others = [_spelt(one) + IN_SHORT[one.purpose] for one in some]
    more = [f"and {rest} more"] if rest else []
    return f"{own} Also {', '.join([*others, *more])}." if others else own


def named(delivery: Delivery, carried: Sequence[Delivery]) -> tuple[list[Delivery], int]:
    """Return of what is carried one for each other ticket that is named, and how many are not."""
    of_tickets = {one.page.escalation.ticket_id: one for one in carried}
    of_tickets.pop(delivery.page.escalation.ticket_id, None)
    others = list(of_tickets.values())
    return others[:MOST_NAMED], len(others[MOST_NAMED:])


def _spelt(delivery: Delivery) -> str:
    return " ".join(delivery.page.escalation.ticket.number)


def _about(delivery: Delivery, situation: Situation) -> str:
    page, ticket = delivery.page, delivery.page.escalation.ticket
    since = ticket.created_at.astimezone(ZoneInfo(page.person.zone))
    return " · ".join([ticket.number, *_where(situation), f"since {since:%H:%M %Z}"])


def _where(situation: Situation) -> list[str]:
    path = " → ".join(situation.path)
    count = len(situation.alerts)
    alerts = f"{count} alert{'s' if count != 1 else ''}" if count else ""
    return [part for part in (path, alerts) if part]


def _more(delivery: Delivery, carried: Sequence[Delivery]) -> str:
    some, rest = named(delivery, carried)
    others = [one.page.escalation.ticket.number + IN_SHORT[one.purpose] for one in some]
    more = ["…"] if rest else []
    return f"\n{len(some) + rest} more: {', '.join([*others, *more])}" if some else ""
