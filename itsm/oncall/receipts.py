"""What providers tell later of a message: that it arrived, or was picked up, or neither."""

from sqlalchemy import update

from itsm.kernel.work import Work
from itsm.notify import service as notify
from itsm.oncall import sending, service
from itsm.oncall.delivery import DeliveryState
from itsm.oncall.models import Delivery
from itsm.platform import outbox
from itsm.platform.outbox import Lane

ARRIVED = {
    "delivered": DeliveryState.DELIVERED,
    "in-progress": DeliveryState.ANSWERED,
    "completed": DeliveryState.ANSWERED,
}
LOST = frozenset({"undelivered", "failed", "busy", "no-answer", "canceled"})
# A receipt only ever adds to what is known, in whatever order receipts come.
RANK = {
    DeliveryState.SENT: 0,
    DeliveryState.FAILED: 0,
    DeliveryState.ACCEPTED: 1,
    DeliveryState.DELIVERED: 2,
    DeliveryState.ANSWERED: 3,
}


def take(work: Work, delivery: Delivery, status: str) -> None:
    """Take in what Twilio says became of the latest try of a delivery.

    A message that is lost is told another way, or to the next person. A receipt that comes twice,
    or after a better one, changes nothing. Emits DeliveryTried and what follows.
    """
    if status in ARRIVED:
        _arrived(work, delivery, ARRIVED[status], status)
    elif status in LOST:
        lose(work, delivery, f"the provider says {status}")


def _arrived(work: Work, delivery: Delivery, state: DeliveryState, status: str) -> None:
    attempt = delivery.attempts[-1] if delivery.attempts else None
    if attempt is None or RANK.get(attempt.state, 0) >= RANK[state]:
        return
    attempt.state = delivery.state = state
    attempt.detail = f"the provider says {status}"
    if delivery.contact is not None:
        notify.note_arrival(work, delivery.contact, attempt.detail, arrived=True)
    sending.announce_try(work, delivery, state, attempt.detail)


def lose(work: Work, delivery: Delivery, detail: str) -> None:
    """Take in that the latest try of a delivery has not arrived: it is told another way.

    Nothing where it is known already to have arrived, or to have failed. Emits DeliveryTried and
    what follows.
    """
    attempt = delivery.attempts[-1] if delivery.attempts else None
    if attempt is None or attempt.state not in {DeliveryState.SENT, DeliveryState.ACCEPTED}:
        return
    attempt.state = delivery.state = DeliveryState.FAILED
    attempt.detail = detail
    if delivery.contact is not None:
        notify.note_arrival(work, delivery.contact, attempt.detail, arrived=False)
    sending.announce_try(work, delivery, delivery.state, attempt.detail)
    _let_carried_fall(work, delivery)
    sending.release_carried(work, delivery)
    if sending.is_wanted(delivery) and not sending.try_another_way(work, delivery):
        service.give_up_on(work, delivery.page)


def _let_carried_fall(work: Work, delivery: Delivery) -> None:
    """Have what went in the message that was lost look for another way, each by its own job."""
    carried = (
        update(Delivery)
        .where(Delivery.carried_by_id == delivery.id, Delivery.state == DeliveryState.ACCEPTED)
        .values(state=DeliveryState.SENT)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    for delivery_id in work.session.scalars(carried).all():
        outbox.put(work, sending.JOB, {"delivery_id": delivery_id}, lane=Lane.PAGE)
