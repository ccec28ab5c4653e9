"""Verbs that bring others in: asking a person or a team for help, handing over to a team."""

from itsm.desk.models import Ticket
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, Refused
from itsm.kernel.work import Work
from itsm.oncall import queries, service
from itsm.oncall import responder_queries as responders
from itsm.oncall.delivery import Purpose
from itsm.oncall.escalation import State
from itsm.oncall.events import HandedOver, ResponderAsked
from itsm.oncall.models import Escalation, Policy, PolicyStep, PolicyTarget, PolicyVersion
from itsm.people.models import Person, Team

MOST_REASON = 300
# How somebody is paged who is asked in by name: twice, then whoever asked is told.
ASKED_EVERY_MIN = 5
ASKED_AGAIN = 1
ANSWER_HOLDS_MIN = 30
# Nobody is being paged by an escalation that stands here.
AT_REST = frozenset({State.DONE, State.EXHAUSTED})


def ask_person(work: Work, ticket: Ticket, person: Person) -> Escalation:
    """Page somebody by name, besides whoever has it; if they do not answer, the actor is told.

    Raises Refused if they cannot be reached, are paged already, or the ticket is over; Denied.
    Emits ResponderAsked and EscalationStarted.
    """
    _must_send(work, ticket)
    if person.id not in queries.reachable(work, [person.id]):
        raise Refused(f"{person.name} cannot be reached in any way")
    return _ask(work, ticket, _direct_policy(work, person), person.name)


def ask_team(work: Work, ticket: Ticket, team: Team) -> Escalation:
    """Page a team by its policy, besides whoever has it. Raises and emits as `ask_person`."""
    _must_send(work, ticket)
    return _ask(work, ticket, _policy_of(work, team), team.name)


def hand_over(work: Work, ticket: Ticket, team: Team, reason: str) -> Escalation:
    """Have another team see to a ticket: its policy pages, all others end and their people know.

    A team that was asked to help goes on from where its paging stands. `reason` is plain text of at
    most 300 characters. Raises Refused if no policy pages the team,
    it has the ticket already, or the ticket is over; Invalid, Denied. Emits HandedOver.
    """
    _must_send(work, ticket)
    reason = reason.strip()
    if len(reason) > MOST_REASON:
        raise Invalid("the reason is too long", {"reason": "at most 300 characters"})
    policy = _policy_of(work, team)
    running = queries.running(work, ticket.id)
    theirs = [row for row in running if row.policy_id == policy.id and row.state not in AT_REST]
    _refuse_twice([row for row in theirs if row.asked_by_id is None], team.name)
    said = f"handed over to {team.name} by {work.actor.full_name or work.actor.name}"
    for row in running:
        if row not in theirs:
            service.end(work, row, Purpose.HANDED_OVER, f"{said}: {reason}" if reason else said)
    row = service.start(work, ticket.id, policy.id)
    work.emit(HandedOver(ticket_id=ticket.id, team_id=team.id, team=team.name, reason=reason))
    return row


def _must_send(work: Work, ticket: Ticket) -> None:
    """Raise unless the actor may page others: those who were paged themselves always may."""
    rows = responders.escalations_of(work, ticket.id)
    if not any(queries.was_paged(work, row.id) for row in rows):
        work.must(Permission.PAGE_SEND, ticket)
    if not ticket.open:
        raise Refused("this is over already")


def _ask(work: Work, ticket: Ticket, policy: Policy, name: str) -> Escalation:
    row = queries.escalation_of(work, ticket.id, policy.id)
    if row is not None:
        _refuse_twice([row], name)
    work.emit(ResponderAsked(ticket_id=ticket.id, responder=name))
    if row is None or row.state is State.DONE:
        return service.start(work, ticket.id, policy.id, asked_by=work.actor.id)
    if row.asked_by_id is not None:
        row.asked_by_id = work.actor.id
    service.begin_anew(work, row)
    return row


def _refuse_twice(rows: list[Escalation], name: str) -> None:
    if any(row.state not in AT_REST for row in rows):
        raise Refused(f"{name} is being paged for this already, or has taken it")


def _policy_of(work: Work, team: Team) -> Policy:
    policy = responders.policy_of_team(work, team.id)
    if policy is None:
        raise Refused(f"no escalation policy pages {team.name}: choose one under Policies")
    return policy


def _direct_policy(work: Work, person: Person) -> Policy:
    """Return the policy that pages a person; its escalations fall back to whoever asked."""
    policy = responders.direct_policy(work, person.id)
    if policy is not None:
        return policy
    policy = Policy(name=f"Directly: {person.username}", current=1, retired=True)
    policy.direct_to_id, policy.created_at = person.id, work.now
    work.add(policy)
    target = PolicyTarget(person_id=person.id)
    step = PolicyStep(position=0, delay_min=ASKED_EVERY_MIN, important=True, targets=[target])
    work.add(
        PolicyVersion(
            policy_id=policy.id,
            number=policy.current,
            repeat=ASKED_AGAIN,
            ack_timeout_min=ANSWER_HOLDS_MIN,
            fallback_id=person.id,
            created_at=work.now,
            steps=[step],
        )
    )
    return policy
