"""Who is on call in the demo, how pages escalate, and how people are reached."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from itsm.kernel.work import Work
from itsm.notify import service as contacts
from itsm.oncall import cover, planning, queries, temporaries
from itsm.oncall.cover_states import CoverKind
from itsm.oncall.inputs import (
    CoverInput,
    HoursInput,
    LayerInput,
    OverrideInput,
    PolicyInput,
    ScheduleInput,
    StepInput,
    TemporaryInput,
)
from itsm.oncall.models import Schedule
from itsm.oncall.rota import Change
from itsm.people import absences
from itsm.people import queries as people
from itsm.people.absences import AbsenceInput

CHANNEL = "outbox"
# Long enough that everybody in a rota was on call in the history that the demo tells.
TURNS_BACK = 5
PRIMARY = ("oncall", "greta", "jonas", "ravi")
SECONDARY = ("irina", "tomas", "wei")
NETWORK = (("ravi", 0), ("jonas", 8), ("dana", 16))
STEPS_MIN = (5, 10, 15)
SECOND_CALL_MIN = 3
NIGHT = ("22:00", "06:30")


def enter(work: Work, now: datetime) -> None:
    """Enter contacts, three schedules and two policies; Otto Brandt is on call at `now`."""
    ids = {name: people.person(work, name).id for name in _reachable()}
    for name, person_id in ids.items():
        _reach(work, person_id, twice=name in PRIMARY)
    primary = _weekly(work, "Primary", [ids[name] for name in PRIMARY], "Europe/Berlin", now)
    secondary = _weekly(work, "Payments", [ids[name] for name in SECONDARY], "UTC", now)
    network = _around_the_clock(work, ids, now)
    standard = planning.create_policy(
        work, _policy("Standard", [primary.id], [secondary.id], ids["supervisor"])
    )
    planning.make_standard(work, standard)
    by_network = _policy("Network", [network.id], [primary.id], ids["supervisor"])
    team_id = people.team(work, "network").id
    planning.create_policy(work, by_network.model_copy(update={"team_id": team_id}))


def swap(work: Work, now: datetime) -> None:
    """Have Greta stand in for an afternoon of Otto's, three days after `now`."""
    zone = "Europe/Berlin"
    day = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None, minute=0, second=0, microsecond=0)
    then = day + timedelta(days=3)
    change = OverrideInput(
        change=Change.REPLACE,
        starts=then.replace(hour=13),
        ends=then.replace(hour=18),
        zone=zone,
        person_id=people.person(work, "greta").id,
        replaces_id=people.person(work, "oncall").id,
    )
    primary = next(one for one in queries.schedules(work) if one.name == "Primary")
    planning.override(work, primary, change)


def plan(work: Work, now: datetime) -> None:
    """Have Greta be away next week, and the payments team shared out anew over some days."""
    start = (now + timedelta(days=6)).date()
    away = AbsenceInput(first_day=start, last_day=start + timedelta(days=4))
    absences.enter(work, people.person(work, "greta"), away)
    payments = next(one for one in queries.schedules(work) if one.name == "Payments")
    begins = datetime.combine(start, time(9))
    ids = [people.person(work, name).id for name in ("wei", "irina")]
    ends = begins + timedelta(days=4)
    wanted = TemporaryInput(
        starts=begins,
        ends=ends,
        zone=payments.zone,
        reason="Move to the new data centre",
        shifts=temporaries.shared_out(ids, begins, ends, 12),
    )
    temporaries.add(work, payments, wanted)


def ask_for_cover(work: Work, now: datetime) -> None:
    """Have Otto, who acts, offer an evening of his in the next days to all."""
    primary = next(one for one in queries.schedules(work) if one.name == "Primary")
    evening = (now + timedelta(days=4)).replace(hour=17, minute=0, second=0, microsecond=0)
    wanted = CoverInput(
        kind=CoverKind.OFFER,
        starts_at=evening,
        ends_at=evening + timedelta(hours=4),
        note="My daughter plays a concert",
    )
    cover.ask(work, primary, wanted)


def _reachable() -> Sequence[str]:
    everybody = (*PRIMARY, *SECONDARY, *(name for name, _ in NETWORK), "supervisor", "admin")
    return tuple(dict.fromkeys(everybody))


def _reach(work: Work, person_id: int, *, twice: bool) -> None:
    contacts.add_contact(work, person_id, CHANNEL, "Push to my phone", {})
    if twice:
        call = contacts.add_contact(work, person_id, CHANNEL, "Call my phone", {})
        contacts.add_rule(work, call, SECOND_CALL_MIN)
        contacts.remove_rule(work, call, call.rules[0])
        contacts.set_quiet_hours(work, person_id, *NIGHT)


def _weekly(work: Work, name: str, members: Sequence[int], zone: str, now: datetime) -> Schedule:
    """Add a weekly rota in which the first member took over yesterday at 09:00."""
    back = timedelta(weeks=len(members) * TURNS_BACK)
    return planning.always_on_call(work, name, members, zone=zone, since=now - back)


def _around_the_clock(work: Work, ids: Mapping[str, int], now: datetime) -> Schedule:
    first = now.replace(tzinfo=None) - timedelta(weeks=13)
    layers = [
        LayerInput(
            members=[ids[name]],
            first_handoff=first.replace(hour=0, minute=0),
            hours=HoursInput(start=time(hour), end=time((hour + 8) % 24)),
        )
        for name, hour in NETWORK
    ]
    return planning.create_schedule(
        work,
        ScheduleInput(
            name="Network around the clock",
            zone="UTC",
            team_id=people.team(work, "network").id,
            layers=layers,
        ),
    )


def _policy(name: str, first: list[int], second: list[int], last: int) -> PolicyInput:
    steps = [
        StepInput(delay_min=STEPS_MIN[0], schedules=first),
        StepInput(delay_min=STEPS_MIN[1], schedules=second),
        StepInput(delay_min=STEPS_MIN[2], people=[last]),
    ]
    return PolicyInput(name=name, steps=steps, repeat=1, ack_timeout_min=240, fallback_id=last)
