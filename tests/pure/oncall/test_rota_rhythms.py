"""Turns of hours and months, layers in zones of their own, absences, temporary shifts, overlaps."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from itsm.oncall.rota import (
    Absence,
    Change,
    Hours,
    Layer,
    Override,
    Rhythm,
    Rota,
    Shift,
    Temporary,
    gaps,
    on_call,
    overlaps,
    shifts,
    spans,
)

UTC_ZONE, BERLIN = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")
TOKYO, CHICAGO = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/Chicago")
ANN, BOB, CLEO = 1, 2, 3
MONDAY = datetime.fromisoformat("2026-01-05 09:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def weekly(*members: int) -> Layer:
    return Layer(members, MONDAY)


def office(person: int, zone: ZoneInfo) -> Layer:
    return Layer((person,), MONDAY, Rhythm.DAILY, hours=Hours(time(8), time(17)), zone=zone)


def test_a_turn_of_twelve_hours_is_twelve_hours_on_the_night_the_clocks_change() -> None:
    saturday = datetime.fromisoformat("2026-03-28 20:00")
    rota = Rota(BERLIN, (Layer((ANN, BOB), saturday, Rhythm.HOURLY, 12),))
    (first, second) = spans(rota, utc("2026-03-28 19:00"), utc("2026-03-29 19:00"))

    assert (first.end, second.end) == (utc("2026-03-29 07:00"), utc("2026-03-29 19:00"))
    assert (first.people, second.people) == ((ANN,), (BOB,))


def test_a_month_changes_hands_on_the_same_day_or_on_its_last() -> None:
    rota = Rota(
        UTC_ZONE,
        (Layer((ANN, BOB, CLEO), datetime.fromisoformat("2026-01-31 09:00"), Rhythm.MONTHLY),),
    )
    turns = spans(rota, utc("2026-01-31 09:00"), utc("2026-05-01"))

    assert [span.start for span in turns] == [
        utc("2026-01-31 09:00"),
        utc("2026-02-28 09:00"),
        utc("2026-03-31 09:00"),
        utc("2026-04-30 09:00"),
    ]


def test_layers_follow_the_sun_each_by_its_own_clock() -> None:
    layers = (office(ANN, TOKYO), office(BOB, BERLIN), office(CLEO, CHICAGO))
    rota = Rota(UTC_ZONE, layers)

    assert on_call(rota, utc("2026-01-06 00:00")) == (ANN,)
    assert on_call(rota, utc("2026-01-06 09:00")) == (BOB,)
    assert on_call(rota, utc("2026-01-06 20:00")) == (CLEO,)
    # In summer Berlin's eight o'clock is an hour earlier by the world's clock, Tokyo's is not.
    assert on_call(rota, utc("2026-07-07 06:00")) == (ANN,)
    assert [g.start.hour for g in gaps(rota, utc("2026-07-07"), utc("2026-07-08"))] == [22]


def test_layers_that_count_at_the_same_hours_overlap() -> None:
    rota = Rota(BERLIN, (office(ANN, TOKYO), office(BOB, BERLIN), weekly(CLEO)))
    (first, *_) = overlaps(rota, utc("2026-01-06"), utc("2026-01-08"))

    assert (first.start, first.end) == (utc("2026-01-06 07:00"), utc("2026-01-06 08:00"))
    assert first.layers == (0, 1)


def test_a_layer_for_the_rest_overlaps_with_none() -> None:
    rota = Rota(BERLIN, (office(BOB, BERLIN), weekly(CLEO)))

    assert overlaps(rota, utc("2026-01-06"), utc("2026-01-20")) == []


def test_the_next_member_covers_for_one_who_is_absent() -> None:
    away = Absence(ANN, utc("2026-01-06"), utc("2026-01-08"))
    rota = Rota(BERLIN, (weekly(ANN, BOB, CLEO),), absences=(away,))
    drawn = spans(rota, utc("2026-01-05 12:00"), utc("2026-01-10"))

    assert [(span.people, span.start) for span in drawn] == [
        ((ANN,), utc("2026-01-05 12:00")),
        ((BOB,), away.start),
        ((ANN,), away.end),
    ]


def test_where_a_whole_layer_is_absent_the_next_layer_is_asked() -> None:
    away = tuple(Absence(who, utc("2026-01-06"), utc("2026-01-08")) for who in (ANN, BOB))
    rota = Rota(BERLIN, (weekly(ANN, BOB), weekly(CLEO)), absences=away)

    assert on_call(rota, utc("2026-01-07")) == (CLEO,)


def test_who_is_put_on_call_by_an_override_is_on_call_though_absent() -> None:
    start, end = utc("2026-01-06"), utc("2026-01-07")
    back = Override(Change.REPLACE, start, end, ANN)
    rota = Rota(BERLIN, (weekly(ANN, BOB),), (back,), absences=(Absence(ANN, start, end),))

    assert on_call(rota, utc("2026-01-06 12:00")) == (ANN,)


def test_a_temporary_schedule_stands_in_for_layers_and_overrides() -> None:
    start, end = utc("2026-01-06"), utc("2026-01-08")
    extra = Override(Change.ADD, start, end, BOB)
    plan = Temporary(start, end, (Shift(CLEO, start, start + DAY), Shift(BOB, start + DAY, end)))
    rota = Rota(BERLIN, (weekly(ANN),), (extra,), (plan,))
    drawn = spans(rota, start - HOUR, end + HOUR)

    assert [span.people for span in drawn] == [(ANN,), (CLEO,), (BOB,), (ANN,)]


def test_a_temporary_schedule_has_the_gaps_that_its_shifts_leave() -> None:
    start = utc("2026-01-06")
    plan = Temporary(start, start + DAY, (Shift(CLEO, start, start + HOUR),))
    (gap,) = gaps(Rota(BERLIN, (weekly(ANN),), (), (plan,)), start - HOUR, start + 2 * DAY)

    assert (gap.start, gap.end) == (start + HOUR, start + DAY)


def test_shifts_go_on_while_a_second_person_comes_and_goes() -> None:
    start = utc("2026-01-06")
    extra = Override(Change.ADD, start + HOUR, start + 2 * HOUR, BOB)
    drawn = spans(Rota(BERLIN, (weekly(ANN),), (extra,)), start, start + DAY)

    assert shifts(drawn) == [
        Shift(BOB, start + HOUR, start + 2 * HOUR),
        Shift(ANN, start, start + DAY),
    ]
