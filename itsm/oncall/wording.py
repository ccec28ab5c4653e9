"""What a message says: what is wrong, where, since when, how to answer, and what else waits."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from itsm.kernel.work import Work
from itsm.notify.channel import Message
from itsm.oncall.models import Delivery
from itsm.oncall.situation import Situation

PRIORITIES = {1: "Critical", 2: "High", 3: "Medium", 4: "Low"}
MOST_NAMED = 12


def message(
    work: Work,
    public_url: str,
    delivery: Delivery,
    situation: Situation,
    carried: Sequence[Delivery] = (),
) -> Message:
    """Return the message of a delivery and of those that it carries; the same for every try."""
    page = delivery.page
    ticket = page.escalation.ticket
    token = "" if page.token is None else work.vault.open(page.token)
    since = ticket.created_at.astimezone(ZoneInfo(page.person.zone))
    parts = [ticket.number, *_where(situation), f"since {since:%H:%M %Z}"]
    return Message(
        key=f"page-{page.id}-{delivery.id}",
        title=f"{PRIORITIES[ticket.priority]}: {ticket.title}",
        body=" · ".join(parts) + _more(delivery, carried),
        link=f"{public_url}/p/{token}",
    )


def _where(situation: Situation) -> list[str]:
    path = " → ".join(situation.path)
    count = len(situation.alerts)
    alerts = f"{count} alert{'s' if count != 1 else ''}" if count else ""
    return [part for part in (path, alerts) if part]


def _more(delivery: Delivery, carried: Sequence[Delivery]) -> str:
    own = delivery.page.escalation.ticket.number
    others = dict.fromkeys(one.page.escalation.ticket.number for one in carried)
    others.pop(own, None)
    named = [*list(others)[:MOST_NAMED], *(["…"] if len(others) > MOST_NAMED else [])]
    return f"\n{len(others)} more: {', '.join(named)}" if others else ""
