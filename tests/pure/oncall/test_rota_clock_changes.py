"""Exactly one person at every instant over 400 days, whatever the clocks do."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from itsm.oncall.rota import Hours, Layer, Rhythm, Rota, instant, on_call, shifts, spans

# Each zone with a year around which its clocks did something: changed by an hour, by half
# an hour, never, stopped changing for good, or left a whole day out.
ZONES = {
    "Europe/Berlin": 2026,
    "America/Chicago": 2026,
    "Australia/Lord_Howe": 2026,
    "Asia/Kathmandu": 2026,
    "America/Sao_Paulo": 2018,
    "Pacific/Apia": 2011,
}
SPAN = timedelta(days=400)
DAY_S = 86_400

zones = st.sampled_from(sorted(ZONES))
hand_offs = st.one_of(st.just(time(2, 30)), st.times().map(lambda t: t.replace(microsecond=0)))


def new_year(name: str) -> datetime:
    return datetime.combine(date(ZONES[name], 1, 1), time())


@st.composite
def full_rotas(draw: st.DrawFn) -> tuple[Rota, datetime]:
    name = draw(zones)
    day = date(ZONES[name], 1, 1) + timedelta(days=draw(st.integers(0, 13)))
    first = datetime.combine(day, draw(hand_offs))
    members = tuple(range(1, draw(st.integers(2, 5)) + 1))
    rhythm = draw(st.sampled_from(Rhythm))
    every = draw(st.integers(5, 40) if rhythm is Rhythm.HOURLY else st.integers(1, 3))
    layer = Layer(members, first, rhythm, every)
    zone = ZoneInfo(name)
    around_the_sun = draw(st.lists(offices(first), max_size=3))
    return Rota(zone, (*around_the_sun, layer)), instant(first, zone)


@st.composite
def offices(draw: st.DrawFn, first: datetime) -> Layer:
    """Draw a layer that counts at certain hours of a zone of its own."""
    hours = Hours(draw(hand_offs), draw(hand_offs), draw(st.frozensets(st.integers(0, 6))))
    members = tuple(range(11, draw(st.integers(11, 13)) + 1))
    zone = ZoneInfo(draw(zones))
    return Layer(members, first, Rhythm.DAILY, draw(st.integers(1, 9)), hours, zone)


@settings(max_examples=60, deadline=None)
@given(full_rotas())
def test_a_full_rota_has_one_person_at_every_instant_without_gap_or_overlap(
    case: tuple[Rota, datetime],
) -> None:
    rota, since = case
    drawn = spans(rota, since, since + SPAN)

    assert (drawn[0].start, drawn[-1].end) == (since, since + SPAN)
    assert all(len(span.people) == 1 and span.start < span.end for span in drawn)
    assert all(left.end == right.start for left, right in pairwise(drawn))


@settings(max_examples=60, deadline=None)
@given(full_rotas(), st.floats(0, 1))
def test_the_spans_say_what_asking_for_the_instant_says(
    case: tuple[Rota, datetime], share: float
) -> None:
    rota, since = case
    at = since + (SPAN - timedelta(seconds=1)) * share
    (span,) = [span for span in spans(rota, since, since + SPAN) if span.start <= at < span.end]

    assert span.people == on_call(rota, at)


@settings(max_examples=30, deadline=None)
@given(full_rotas())
def test_shifts_tell_the_same_as_spans(case: tuple[Rota, datetime]) -> None:
    rota, since = case
    drawn = spans(rota, since, since + SPAN)
    by_person = sum((one.end - one.start for one in shifts(drawn)), timedelta())

    assert by_person == SPAN
    assert all(one.start < one.end for one in shifts(drawn))


@settings(max_examples=40, deadline=None)
@given(zones, hand_offs, st.integers(1, 48))
def test_turns_of_some_hours_count_the_hours_that_pass(name: str, at: time, every: int) -> None:
    zone = ZoneInfo(name)
    first = datetime.combine(date(ZONES[name], 1, 1), at)
    rota = Rota(zone, (Layer((1, 2), first, Rhythm.HOURLY, every),))
    since = instant(first, zone)
    turns = spans(rota, since, since + timedelta(hours=every) * 60)

    assert {span.end - span.start for span in turns} == {timedelta(hours=every)}


@settings(max_examples=200, deadline=None)
@given(zones, st.integers(0, 400 * DAY_S))
@example("Europe/Berlin", 87 * DAY_S + 9000)
@example("Australia/Lord_Howe", 276 * DAY_S + 8100)
@example("Pacific/Apia", 363 * DAY_S + 43200)
def test_the_clocks_show_the_wall_time_at_its_instant_or_have_skipped_it(
    name: str, seconds: int
) -> None:
    zone = ZoneInfo(name)
    local = new_year(name) + timedelta(seconds=seconds)
    at = instant(local, zone)
    just_before = (at - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)

    assert at.astimezone(zone).replace(tzinfo=None) >= local
    assert just_before < local


@pytest.mark.parametrize("name", sorted(ZONES))
def test_a_daily_hand_off_at_half_past_two_changes_the_person_400_times(name: str) -> None:
    first = new_year(name) + timedelta(hours=2, minutes=30)
    zone = ZoneInfo(name)
    rota = Rota(zone, (Layer((1, 2), first, Rhythm.DAILY),))
    turns = spans(rota, instant(first, zone), instant(first + SPAN, zone))

    assert len(turns) == 400
