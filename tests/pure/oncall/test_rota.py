"""What a rota answers: turns, layers, hours, overrides and gaps."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from itsm.oncall.rota import Change, Hours, Layer, Override, Rhythm, Rota, gaps, on_call, spans

BERLIN = ZoneInfo("Europe/Berlin")
ANN, BOB, CLEO = 1, 2, 3
MONDAY = datetime.fromisoformat("2026-01-05 09:00")
HOUR = timedelta(hours=1)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def berlin(text: str) -> datetime:
    return wall(text).replace(tzinfo=BERLIN)


def utc(text: str) -> datetime:
    return wall(text).replace(tzinfo=UTC)


def weekly(*members: int) -> Layer:
    return Layer(members, MONDAY)


def test_members_take_weekly_turns_in_their_order() -> None:
    rota = Rota(BERLIN, (weekly(ANN, BOB),))

    assert on_call(rota, berlin("2026-01-05 09:00")) == (ANN,)
    assert on_call(rota, berlin("2026-01-12 08:59")) == (ANN,)
    assert on_call(rota, berlin("2026-01-12 09:00")) == (BOB,)
    assert on_call(rota, berlin("2026-01-19 09:00")) == (ANN,)


def test_a_daily_turn_of_two_days_lasts_two_days() -> None:
    rota = Rota(BERLIN, (Layer((ANN, BOB), MONDAY, Rhythm.DAILY, every=2),))

    assert on_call(rota, berlin("2026-01-07 08:00")) == (ANN,)
    assert on_call(rota, berlin("2026-01-07 10:00")) == (BOB,)


def test_nobody_is_on_call_before_the_first_hand_off() -> None:
    assert on_call(Rota(BERLIN, (weekly(ANN),)), berlin("2026-01-05 08:59")) == ()


def test_the_first_layer_with_somebody_wins() -> None:
    office = Layer((BOB,), MONDAY, hours=Hours(time(9), time(17), frozenset(range(5))))
    rota = Rota(BERLIN, (office, weekly(ANN)))

    assert on_call(rota, berlin("2026-01-06 10:00")) == (BOB,)
    assert on_call(rota, berlin("2026-01-06 17:00")) == (ANN,)
    assert on_call(rota, berlin("2026-01-10 10:00")) == (ANN,)


def test_hours_over_midnight_belong_to_the_day_on_which_they_begin() -> None:
    night = Layer((ANN,), MONDAY, hours=Hours(time(22), time(6), frozenset({4})))
    rota = Rota(BERLIN, (night,))

    assert on_call(rota, berlin("2026-01-10 05:00")) == (ANN,)
    assert on_call(rota, berlin("2026-01-09 05:00")) == ()


def test_an_override_replaces_one_person_for_its_time() -> None:
    swap = Override(
        Change.REPLACE, utc("2026-01-06 08:00"), utc("2026-01-06 12:00"), CLEO, replaces=ANN
    )
    rota = Rota(BERLIN, (weekly(ANN),), (swap,))

    assert on_call(rota, utc("2026-01-06 08:00")) == (CLEO,)
    assert on_call(rota, utc("2026-01-06 12:00")) == (ANN,)


def test_replacing_somebody_who_is_not_on_call_changes_nothing() -> None:
    swap = Override(Change.REPLACE, utc("2026-01-06"), utc("2026-01-07"), CLEO, replaces=BOB)

    assert on_call(Rota(BERLIN, (weekly(ANN),), (swap,)), utc("2026-01-06 08:00")) == (ANN,)


def test_an_override_adds_a_second_person() -> None:
    extra = Override(Change.ADD, utc("2026-01-06"), utc("2026-01-07"), CLEO)

    assert on_call(Rota(BERLIN, (weekly(ANN),), (extra,)), utc("2026-01-06 08:00")) == (ANN, CLEO)


def test_removing_the_only_person_leaves_a_gap_that_is_reported() -> None:
    away = Override(Change.REMOVE, utc("2026-01-06"), utc("2026-01-07"), ANN)
    found = gaps(Rota(BERLIN, (weekly(ANN),), (away,)), utc("2026-01-05 12:00"), utc("2026-01-19"))

    assert [(gap.start, gap.end) for gap in found] == [(away.start, away.end)]


def test_a_layer_without_members_is_one_long_gap() -> None:
    since, until = utc("2026-02-01"), utc("2026-02-15")

    assert [(g.start, g.end) for g in gaps(Rota(BERLIN, (weekly(),)), since, until)] == [
        (since, until)
    ]


def test_a_daily_shift_is_23_hours_in_spring_and_25_in_autumn() -> None:
    rota = Rota(BERLIN, (Layer((ANN, BOB), MONDAY, Rhythm.DAILY),))
    spring = spans(rota, berlin("2026-03-28 09:00"), berlin("2026-03-29 09:00"))
    autumn = spans(rota, berlin("2026-10-24 09:00"), berlin("2026-10-25 09:00"))

    assert [span.end - span.start for span in (*spring, *autumn)] == [23 * HOUR, 25 * HOUR]


def test_a_hand_off_that_the_spring_skips_happens_at_its_end() -> None:
    first = wall("2026-03-28 02:30")
    rota = Rota(BERLIN, (Layer((ANN, BOB), first, Rhythm.DAILY),))

    assert on_call(rota, utc("2026-03-29 00:59:59")) == (ANN,)
    assert on_call(rota, utc("2026-03-29 01:00")) == (BOB,)


def test_a_hand_off_that_the_autumn_repeats_happens_the_first_time() -> None:
    first = wall("2026-10-24 02:30")
    rota = Rota(BERLIN, (Layer((ANN, BOB), first, Rhythm.DAILY),))

    assert on_call(rota, utc("2026-10-25 00:29:59")) == (ANN,)
    assert on_call(rota, utc("2026-10-25 00:30")) == (BOB,)
    assert on_call(rota, utc("2026-10-25 01:15")) == (BOB,)
