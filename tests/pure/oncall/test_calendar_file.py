"""What an .ics file says: who, from, to, and what is wrong with each event."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itsm.oncall.calendar_file import Entry, Somebody, Unreadable, read

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANN = Somebody(1, "Ann Archer", "ann", "ann@example.org")
BOB = Somebody(2, "Bob Baker", "bob", "bob@example.org")
TIMES = ("DTSTART:20260303T080000Z", "DTEND:20260304T080000Z")


def file(*events: tuple[str, ...]) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"]
    for event in events:
        lines += ["BEGIN:VEVENT", "UID:1", *event, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def entries(*events: tuple[str, ...]) -> list[Entry]:
    return read(file(*events), BERLIN, [ANN, BOB], NOW)


@pytest.mark.parametrize(
    "named",
    [
        "ATTENDEE;CN=Somebody:mailto:Ann@Example.org",
        "SUMMARY:Ann Archer",
        "SUMMARY:ann",
        "SUMMARY:On call: Ann Archer (primary)",
    ],
)
def test_a_person_is_known_by_address_name_or_title(named: str) -> None:
    (entry,) = entries((*TIMES, named))

    assert (entry.person, entry.problem) == (ANN, "")
    assert entry.start == datetime(2026, 3, 3, 8, tzinfo=UTC)


def test_a_time_without_a_zone_is_one_of_the_schedules_wall() -> None:
    (entry,) = entries(("DTSTART:20260329T023000", "DTEND:20260329T090000", "SUMMARY:ann"))

    # The clocks skip 02:30 on this night.
    assert entry.start == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_named_zone_counts() -> None:
    times = ("DTSTART;TZID=America/New_York:20260303T090000", "DURATION:PT8H")
    (entry,) = entries((*times, "SUMMARY:ann"))

    assert (entry.start, entry.end) == (
        datetime(2026, 3, 3, 14, tzinfo=UTC),
        datetime(2026, 3, 3, 22, tzinfo=UTC),
    )


def test_whole_days_run_from_midnight_to_midnight() -> None:
    days = ("DTSTART;VALUE=DATE:20260303", "DTEND;VALUE=DATE:20260305")
    (entry,) = entries((*days, "SUMMARY:ann"))

    assert entry.start == datetime(2026, 3, 2, 23, tzinfo=UTC)
    assert entry.end == datetime(2026, 3, 4, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        ((*TIMES, "SUMMARY:Zoe"), "nobody here has this name"),
        ((*TIMES, "SUMMARY:Ann Archer and Bob Baker"), "nobody here has this name"),
        ((*TIMES, "SUMMARY:ann", "STATUS:CANCELLED"), "it is cancelled"),
        (("DTSTART:20260104T080000Z", "DTEND:20260104T090000Z", "SUMMARY:ann"), "over already"),
        (("DTSTART:20260304T080000Z", "DTEND:20260304T070000Z", "SUMMARY:ann"), "ends before it"),
        (("DTSTART:20260304T080000Z", "DTEND:20290304T070000Z", "SUMMARY:ann"), "longer than"),
        (("DTEND:20260304T080000Z", "SUMMARY:ann"), "its times cannot be read"),
        (("DTSTART:rubbish", "SUMMARY:ann"), "its times cannot be read"),
        (
            ("DTSTART:20260304T080000Z", "DTEND;VALUE=DATE:20260305", "SUMMARY:ann"),
            "its times cannot be read",
        ),
        (
            ("DTSTART;TZID=Mars/Olympus:20260303T090000", "DURATION:PT8H", "SUMMARY:ann"),
            "the time zone Mars/Olympus is not known",
        ),
    ],
)
def test_what_is_wrong_is_said_of_the_event(event: tuple[str, ...], problem: str) -> None:
    (entry,) = entries(event)

    assert problem in entry.problem


def test_events_stand_in_the_order_of_their_times() -> None:
    later = ("DTSTART:20260310T080000Z", "DTEND:20260311T080000Z", "SUMMARY:bob")
    found = entries(later, (*TIMES, "SUMMARY:ann"))

    assert [entry.summary for entry in found] == ["ann", "bob"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no"),
        ("hello", "no iCalendar file"),
        ("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no event"),
        ("x" * 200_001, "larger than"),
        (file(*[(*TIMES, "SUMMARY:ann")] * 401), "more than 400"),
    ],
)
def test_what_is_no_calendar_is_refused_as_a_whole(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(text, BERLIN, [ANN], NOW)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(file((*TIMES, "SUMMARY:ann")).split("\r\n")) | st.text(), max_size=14)
)
def test_whatever_is_sent_is_read_or_refused(lines: list[str]) -> None:
    try:
        found = read("\r\n".join(lines), BERLIN, [ANN], NOW)
    except Unreadable:
        return
    assert all(entry.problem or entry.person for entry in found)
