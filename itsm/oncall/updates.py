"""What those who were paged are told later: that it was taken, handed over, or is over."""

from sqlalchemy import update

from itsm.kernel.work import Work
from itsm.oncall import queries, responder_queries, sending
from itsm.oncall.delivery import WAITING, DeliveryState, Purpose
from itsm.oncall.models import Delivery, Escalation
from itsm.platform import outbox


def tell(work: Work, row: Escalation, purpose: Purpose, said: str) -> None:
    """Have each person who was told of a ticket told what became of it, the actor left out.

    One message each, by the channel that told them. News that still waits is replaced by it.
    """
    withdraw(work, row)
    for told in responder_queries.told(work, row):
        if told.person_id != work.actor.id:
            _queue(work, told, purpose, said)


def withdraw(work: Work, row: Escalation) -> None:
    """Take back what news of an escalation still waits: it does not hold any more."""
    outbox.withdraw(work, sending.topic(row.id, Purpose.OVER))
    work.session.execute(
        update(Delivery)
        .where(
            Delivery.page_id.in_(queries.page_ids(row.id)),
            Delivery.purpose != Purpose.PAGE,
            Delivery.state.in_(WAITING),
        )
        .values(state=DeliveryState.CANCELLED)
    )


def _queue(work: Work, told: Delivery, purpose: Purpose, said: str) -> None:
    news = responder_queries.news_of(work, told, purpose)
    if news is None:
        news = Delivery(
            page_id=told.page_id,
            person_id=told.person_id,
            purpose=purpose,
            contact_id=told.contact_id,
            delay_min=told.delay_min,
            channel=told.channel,
            medium=told.medium,
            address=told.address,
            state=DeliveryState.CANCELLED,
            due_at=work.now,
        )
    if news.state is DeliveryState.CANCELLED:
        news.state, news.said, news.due_at = DeliveryState.QUEUED, said[:400], work.now
        sending.put(work, told.page, work.add(news), due_at=work.now)
