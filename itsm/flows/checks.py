"""What the doctor looks at beyond the platform: people, their passwords, and who can be paged."""

from collections.abc import Iterator, Sequence

from itsm.kernel.work import Work
from itsm.oncall import board, delivery_queries, queries
from itsm.oncall.models import PolicyVersion
from itsm.people import queries as people
from itsm.people import service as accounts
from itsm.platform.doctor import Check, Finding, Health


def administrators(work: Work) -> Iterator[Finding]:
    """Tell whether somebody administers the instance, and more than one person."""
    count = people.has_role(work, "admin")
    if not count:
        hint = "Open the product and set it up, or run itsm user add NAME --role admin."
        yield Finding("administrators", Health.FAIL, "Nobody is an administrator.", hint)
    elif count == 1:
        hint = "Give a second person the role, so that nobody is locked out."
        yield Finding("administrators", Health.WARN, "There is one administrator alone.", hint)
    else:
        yield Finding("administrators", Health.OK, f"{count} people are administrators.")


def passwords(work: Work) -> Iterator[Finding]:
    """Tell whether accounts outside a demo still have its known password."""
    weak = accounts.with_demo_password(work)
    if weak:
        sentence = f"These accounts have the password of the demo: {', '.join(weak)}."
        yield Finding("passwords", Health.FAIL, sentence, "Set new ones under People.")
    else:
        yield Finding("passwords", Health.OK, "No account has a default password.")


def on_call(work: Work) -> Iterator[Finding]:
    """Tell whether everybody on call now and in 14 days can be reached, and where nobody is."""
    duties = board.duties(work)
    for duty in duties:
        name = f"on call: {duty.schedule.name}"
        silent = _unreachable(work, [person.id for person in (*duty.people, *duty.then)])
        if silent:
            sentence = f"{', '.join(silent)} cannot be reached in any way."
            yield Finding(name, Health.FAIL, sentence, "They add a contact method under On call.")
        elif duty.gaps:
            begins = board.clock(duty.gaps[0].start, duty.schedule.zone)
            sentence = f"Nobody is on call from {begins} on, {len(duty.gaps)} gaps in 14 days."
            yield Finding(name, Health.WARN, sentence, "Fill them on the schedule's page.")
        else:
            yield Finding(name, Health.OK, "Somebody who can be reached is always on call.")


def policies(work: Work) -> Iterator[Finding]:
    """Tell whether every escalation policy ends in somebody who can be reached."""
    dead = [policy.name for policy, version in queries.policies(work) if _is_dead(work, version)]
    if dead:
        sentence = f"The fallback of {', '.join(dead)} cannot be reached in any way."
        hint = "Choose another person, or let them add a contact method."
        yield Finding("escalation", Health.FAIL, sentence, hint)
    elif queries.standard_policy(work) is None:
        sentence = "No escalation policy is the standard: new integrations page nobody."
        yield Finding("escalation", Health.WARN, sentence, "Choose one under On call, Policies.")
    else:
        yield Finding("escalation", Health.OK, "Every policy ends in somebody who can be reached.")


def channels(work: Work) -> Iterator[Finding]:
    """Tell by which channels nothing goes out at present."""
    failing = delivery_queries.failing(work)
    for row in failing:
        sentence = f"{row.channel} reaches nobody: {row.detail or 'it failed'} ({row.tries} tries)."
        hint = "Pages go to each person's next contact meanwhile. Look at the provider's account."
        yield Finding(f"channel: {row.channel}", Health.FAIL, sentence, hint)
    if not failing:
        yield Finding("channels", Health.OK, "No channel has failed lately.")


CHECKS: Sequence[Check] = (administrators, passwords, on_call, policies, channels)


def _is_dead(work: Work, version: PolicyVersion) -> bool:
    return bool(_unreachable(work, [version.fallback_id]))


def _unreachable(work: Work, person_ids: Sequence[int]) -> list[str]:
    lost = set(person_ids) - queries.reachable(work, person_ids)
    return sorted(person.name for person in queries.people(work, sorted(lost)).values())
