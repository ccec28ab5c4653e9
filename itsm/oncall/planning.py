"""Verbs on plans: schedules, overrides and escalation policies."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm.attributes import flag_modified

from itsm.kernel.access import Permission
from itsm.kernel.errors import Denied, Invalid, Refused
from itsm.kernel.work import Work
from itsm.oncall import queries, responder_queries, rota, rota_queries
from itsm.oncall.events import OverrideRemoved, PolicySaved, ScheduleOverridden, ScheduleSaved
from itsm.oncall.inputs import LayerInput, OverrideInput, PolicyInput, ScheduleInput, StepInput
from itsm.oncall.models import (
    LayerMember,
    Policy,
    PolicyStep,
    PolicyTarget,
    PolicyVersion,
    Schedule,
    ScheduleLayer,
    ScheduleOverride,
)
from itsm.oncall.rota import Hours, Layer, Rota, Span
from itsm.people.models import Team

LOOK_AHEAD = timedelta(days=14)


def create_schedule(work: Work, wanted: ScheduleInput) -> Schedule:
    """Add a schedule. Raises Denied, Invalid for a name that is taken or unknown people.

    Emits ScheduleSaved.
    """
    work.must(Permission.ONCALL_EDIT)
    schedule = Schedule(layers=[], overrides=[], temporaries=[], created_at=work.now)
    _write_schedule(work, schedule, wanted)
    return schedule


def edit_schedule(work: Work, schedule: Schedule, wanted: ScheduleInput) -> None:
    """Give a schedule other rules; its overrides stay. Raises and emits as `create_schedule`."""
    work.must(Permission.ONCALL_EDIT)
    # A schedule whose layers alone change is another version too.
    flag_modified(schedule, "name")
    _write_schedule(work, schedule, wanted)


def proposed_rota(work: Work, wanted: ScheduleInput, schedule: Schedule | None = None) -> Rota:
    """Return the rota that `wanted` would make, with what lies on top of the one it changes."""
    kept = queries.rota(schedule) if schedule else None
    members = [person for layer in wanted.layers for person in layer.members]
    return Rota(
        ZoneInfo(wanted.zone),
        tuple(_layer(layer) for layer in wanted.layers),
        kept.overrides if kept else (),
        kept.temporaries if kept else (),
        rota_queries.absences(work, members),
    )


def override(work: Work, schedule: Schedule, wanted: OverrideInput) -> list[Span]:
    """Change who is on call for a time and return the gaps in it, of which to warn.

    Whoever holds `oncall:override` may do so where they take part themselves; for others it
    needs `oncall:edit`. Raises Denied, Invalid for unknown people, Refused in the past. Emits
    ScheduleOverridden.
    """
    _must_override(work, wanted)
    _known(work, [wanted.person_id, wanted.replaces_id])
    start, end = wanted.instants()
    if end <= work.now:
        raise Refused("this time is over already")
    row = ScheduleOverride(
        change=wanted.change,
        starts_at=start,
        ends_at=end,
        person_id=wanted.person_id,
        replaces_id=wanted.replaces_id,
    )
    schedule.overrides.append(row)
    left_open = rota.gaps(queries.rota(schedule), start, end)
    work.emit(
        ScheduleOverridden(
            schedule_id=schedule.id,
            change=wanted.change,
            person_id=wanted.person_id,
            replaces_id=wanted.replaces_id,
            starts_at=start,
            ends_at=end,
            gaps=len(left_open),
        )
    )
    return left_open


def remove_override(work: Work, row: ScheduleOverride) -> None:
    """Take an override back, by who takes part in it or may edit. Emits OverrideRemoved."""
    work.must(Permission.ONCALL_OVERRIDE)
    if work.actor.id not in {row.person_id, row.replaces_id}:
        work.must(Permission.ONCALL_EDIT)
    work.session.delete(row)
    work.emit(OverrideRemoved(schedule_id=row.schedule_id, person_id=row.person_id))


def create_policy(work: Work, wanted: PolicyInput) -> Policy:
    """Add an escalation policy. Raises Denied, Invalid as for schedules. Emits PolicySaved."""
    work.must(Permission.ONCALL_EDIT)
    policy = Policy(name=wanted.name, current=0, created_at=work.now)
    _write_policy(work, policy, wanted)
    return policy


def edit_policy(work: Work, policy: Policy, wanted: PolicyInput) -> None:
    """Add a version to a policy; escalations under way take it up in their next loop.

    Raises and emits as `create_policy`.
    """
    work.must(Permission.ONCALL_EDIT)
    _write_policy(work, policy, wanted)


def make_standard(work: Work, policy: Policy) -> None:
    """Make a policy the one for everything that names none. Raises Denied."""
    work.must(Permission.ONCALL_EDIT)
    work.session.execute(update(Policy).where(Policy.standard.is_(True)).values(standard=None))
    policy.standard = True


def always_on_call(
    work: Work, name: str, members: Sequence[int], *, zone: str, since: datetime
) -> Schedule:
    """Add a weekly schedule with somebody on call at every hour from `since` (aware) on.

    `members`, person ids, take turns at 09:00 on the weekday of the day before `since`.
    """
    first = since.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - timedelta(days=1)
    first_handoff = first.replace(hour=9, minute=0, second=0, microsecond=0)
    layer = LayerInput(members=list(members), first_handoff=first_handoff)
    return create_schedule(work, ScheduleInput(name=name, zone=zone, layers=[layer]))


def _must_override(work: Work, wanted: OverrideInput) -> None:
    work.must(Permission.ONCALL_OVERRIDE)
    if work.actor.id in {wanted.person_id, wanted.replaces_id}:
        return
    if not work.can(Permission.ONCALL_EDIT):
        raise Denied("you may take or hand over your own time; others' needs oncall:edit")


def _write_schedule(work: Work, schedule: Schedule, wanted: ScheduleInput) -> None:
    _free_name(wanted.name, queries.schedule_named(work, wanted.name), schedule)
    members = [person for layer in wanted.layers for person in layer.members]
    _known(work, [wanted.owner_id, *members])
    if wanted.team_id is not None and work.session.get(Team, wanted.team_id) is None:
        raise Invalid("this team does not exist", {"team_id": "unknown"})
    schedule.name, schedule.zone = wanted.name, wanted.zone
    schedule.team_id, schedule.owner_id = wanted.team_id, wanted.owner_id
    schedule.holidays = wanted.holidays
    schedule.layers.clear()
    work.add(schedule)
    schedule.layers.extend(_layer_row(n, layer) for n, layer in enumerate(wanted.layers))
    work.add(schedule)
    work.emit(
        ScheduleSaved(
            schedule_id=schedule.id,
            title=schedule.name,
            zone=schedule.zone,
            layers=tuple(_in_words(layer) for layer in wanted.layers),
        )
    )


def _write_policy(work: Work, policy: Policy, wanted: PolicyInput) -> None:
    _free_name(wanted.name, queries.policy_named(work, wanted.name), policy)
    _known(work, [wanted.fallback_id, *(who for step in wanted.steps for who in step.people)])
    if not queries.are_schedules(work, [one for step in wanted.steps for one in step.schedules]):
        raise Invalid("one of these schedules does not exist", {"steps": "unknown schedule"})
    _free_team(work, wanted.team_id, policy)
    policy.name, policy.current = wanted.name, policy.current + 1
    policy.team_id = wanted.team_id
    work.add(policy)
    version = PolicyVersion(
        policy_id=policy.id,
        number=policy.current,
        repeat=wanted.repeat,
        ack_timeout_min=wanted.ack_timeout_min,
        fallback_id=wanted.fallback_id,
        created_at=work.now,
        steps=[_step_row(n, step) for n, step in enumerate(wanted.steps)],
    )
    work.add(version)
    work.emit(PolicySaved(policy_id=policy.id, title=policy.name, number=version.number))


def _layer(wanted: LayerInput) -> Layer:
    hours = None
    if wanted.hours is not None:
        days = frozenset(int(day) for day in wanted.hours.days)
        hours = Hours(wanted.hours.start, wanted.hours.end, days)
    zone = ZoneInfo(wanted.zone) if wanted.zone else None
    members = tuple(wanted.members)
    return Layer(members, wanted.first_handoff, wanted.rhythm, wanted.every, hours, zone)


def _layer_row(position: int, wanted: LayerInput) -> ScheduleLayer:
    hours = wanted.hours
    return ScheduleLayer(
        position=position,
        rhythm=wanted.rhythm,
        every=wanted.every,
        first_handoff=wanted.first_handoff,
        hours_from=hours and hours.start,
        hours_to=hours and hours.end,
        days=hours and hours.days,
        zone=wanted.zone,
        members=[LayerMember(position=n, person_id=who) for n, who in enumerate(wanted.members)],
    )


def _step_row(position: int, wanted: StepInput) -> PolicyStep:
    people = [PolicyTarget(person_id=person_id) for person_id in wanted.people]
    schedules = [PolicyTarget(schedule_id=schedule_id) for schedule_id in wanted.schedules]
    return PolicyStep(
        position=position,
        delay_min=wanted.delay_min,
        important=wanted.important,
        targets=[*people, *schedules],
    )


def _in_words(layer: LayerInput) -> str:
    turn = f"every {layer.every} " if layer.every > 1 else ""
    place = f" in {layer.zone}" if layer.zone else ""
    people = f"{len(layer.members)} people from {layer.first_handoff:%H:%M}"
    return f"{turn}{layer.rhythm}: {people}{place}"


def _free_name(name: str, holder: object, own: object) -> None:
    if holder is not None and holder is not own:
        raise Invalid(f"there is one named {name} already", {"name": "is taken"})


def _free_team(work: Work, team_id: int | None, own: Policy) -> None:
    if team_id is None:
        return
    if work.session.get(Team, team_id) is None:
        raise Invalid("this team does not exist", {"team_id": "unknown"})
    holder = responder_queries.policy_of_team(work, team_id)
    if holder is not None and holder is not own:
        raise Invalid(f"{holder.name} pages this team already", {"team_id": "has a policy"})


def _known(work: Work, person_ids: Sequence[int | None]) -> None:
    wanted = {person_id for person_id in person_ids if person_id is not None}
    if len(queries.people(work, list(wanted))) < len(wanted):
        raise Invalid("one of these people does not exist", {"person": "unknown"})
