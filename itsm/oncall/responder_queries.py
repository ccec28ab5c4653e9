"""The SELECTs of asking others for help: which policy pages whom, and who was told."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from itsm.kernel.work import Work
from itsm.notify.channel import VOICE
from itsm.notify.models import ContactMethod
from itsm.oncall.delivery import TAKEN, DeliveryState, Purpose
from itsm.oncall.models import Delivery, Escalation, Page, Policy
from itsm.people.models import Person, Team

MOST_PEOPLE = 200


def policy_of_team(work: Work, team_id: int) -> Policy | None:
    """Return the policy by which a team is paged."""
    query = select(Policy).where(Policy.team_id == team_id, ~Policy.retired)
    return work.session.scalar(query)


def teams(work: Work) -> Sequence[Team]:
    """Return the teams that a policy pages, by name."""
    query = select(Team).join(Policy, Policy.team_id == Team.id).where(~Policy.retired)
    return work.session.scalars(query.order_by(Team.name)).all()


def people(work: Work) -> Sequence[Person]:
    """Return who can be asked in by name: all who have set up how they are reached, by name."""
    query = (
        select(Person)
        .where(Person.active, Person.id.in_(select(ContactMethod.person_id)))
        .order_by(Person.name, Person.id)
        .limit(MOST_PEOPLE)
    )
    return work.session.scalars(query).all()


def direct_policy(work: Work, person_id: int) -> Policy | None:
    """Return the policy that pages one person who is asked in by name."""
    return work.session.scalar(select(Policy).where(Policy.direct_to_id == person_id))


def escalations_of(work: Work, ticket_id: int) -> Sequence[Escalation]:
    """Return all escalations of a ticket, oldest first, with policy and who acknowledged."""
    query = (
        select(Escalation)
        .where(Escalation.ticket_id == ticket_id)
        .options(joinedload(Escalation.policy), joinedload(Escalation.acknowledged_by))
        .order_by(Escalation.id)
    )
    return work.session.scalars(query).all()


def told(work: Work, row: Escalation) -> Sequence[Delivery]:
    """Return for each person who was told since paging began the delivery that told them last.

    One that was no call is preferred. Each comes with its page and person.
    """
    query = (
        select(Delivery)
        .join(Delivery.page)
        .where(
            Page.escalation_id == row.id,
            Page.created_at >= row.started_at,
            Delivery.purpose == Purpose.PAGE,
            Delivery.state.in_(TAKEN | {DeliveryState.SENT}),
        )
        .options(joinedload(Delivery.page).joinedload(Page.person))
        .order_by(Delivery.medium != VOICE, Delivery.id)
    )
    return list({one.person_id: one for one in work.session.scalars(query)}.values())


def news_of(work: Work, told: Delivery, purpose: Purpose) -> Delivery | None:
    """Return what the person of a page was, or was to be, told of `purpose`."""
    query = select(Delivery).where(Delivery.page_id == told.page_id, Delivery.purpose == purpose)
    return work.session.scalar(query.limit(1))
