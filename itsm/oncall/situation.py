"""What a page says beside the ticket: told by rooms that on call may not know."""

from collections.abc import Callable
from dataclasses import dataclass

from itsm.kernel.work import Work


@dataclass(frozen=True)
class AlertLine:
    """One alert of the ticket that still fires."""

    severity: str
    title: str


@dataclass(frozen=True)
class Situation:
    """What is known of a ticket's surroundings.

    `path` leads from the device to the service, such as pay-api-02, Payments API, Checkout.
    """

    path: tuple[str, ...] = ()
    alerts: tuple[AlertLine, ...] = ()


# Answers for a ticket id; the composition root hands one in.
About = Callable[[Work, int], Situation]


def nothing_known(work: Work, ticket_id: int) -> Situation:
    """Answer for an instance that knows neither devices nor alerts."""
    del work, ticket_id
    return Situation()
