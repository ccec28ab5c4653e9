"""Events that repeat, as Google and Outlook write them, and rules that nobody should follow."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from itsm.oncall.calendar_file import Entry, Somebody, Unreadable, read

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANN = Somebody(1, "Ann Archer", "ann", "ann@example.org")
BOB = Somebody(2, "Bob Baker", "bob", "bob@example.org")

GOOGLE = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:On call
X-WR-TIMEZONE:Europe/Berlin
BEGIN:VTIMEZONE
TZID:Europe/Berlin
X-LIC-LOCATION:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:GMT+2
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:GMT+1
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;TZID=Europe/Berlin:20260307T200000
DTEND;TZID=Europe/Berlin:20260308T080000
RRULE:FREQ=WEEKLY;WKST=MO;UNTIL=20260412T215959Z;BYDAY=SA
EXDATE;TZID=Europe/Berlin:20260321T200000
DTSTAMP:20260301T100000Z
UID:1abc@google.com
SEQUENCE:1
STATUS:CONFIRMED
SUMMARY:Ann Archer
TRANSP:OPAQUE
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=Europe/Berlin:20260404T180000
DTEND;TZID=Europe/Berlin:20260405T060000
DTSTAMP:20260301T100000Z
UID:1abc@google.com
RECURRENCE-ID;TZID=Europe/Berlin:20260404T200000
SEQUENCE:2
STATUS:CONFIRMED
SUMMARY:Bob Baker
END:VEVENT
END:VCALENDAR
"""

OUTLOOK = """BEGIN:VCALENDAR
METHOD:PUBLISH
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
RRULE:FREQ=DAILY;COUNT=4;INTERVAL=1
EXDATE;TZID=W. Europe Standard Time:20261024T180000
SUMMARY:ann
DTSTART;TZID=W. Europe Standard Time:20261023T180000
DTEND;TZID=W. Europe Standard Time:20261024T060000
UID:040000008200E00074C5B7101A82E008
CLASS:PUBLIC
DTSTAMP:20260301T100000Z
STATUS:CONFIRMED
SEQUENCE:0
X-MICROSOFT-CDO-ALLDAYEVENT:FALSE
END:VEVENT
END:VCALENDAR
"""


def entries(text: str) -> list[Entry]:
    return read(text.replace("\n", "\r\n"), BERLIN, [ANN, BOB], NOW)


def event(*lines: str) -> str:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", "UID:1"]
    return "\n".join([*head, "SUMMARY:ann", *lines, "END:VEVENT", "END:VCALENDAR", ""])


def timed(*lines: str) -> str:
    return event("DTSTART:20260303T080000Z", "DTEND:20260303T160000Z", *lines)


def walls(found: list[Entry]) -> list[tuple[str, str]]:
    shown = [[at.astimezone(BERLIN) for at in (one.start, one.end) if at] for one in found]
    return [(f"{start:%m-%d %H:%M}", f"{end:%m-%d %H:%M}") for start, end in shown]


def test_a_weekly_shift_of_google_keeps_its_wall_time_and_its_exceptions() -> None:
    found = entries(GOOGLE)

    assert walls(found) == [
        ("03-07 20:00", "03-08 08:00"),
        ("03-14 20:00", "03-15 08:00"),
        # 21 March is left out; the clocks change on the 29th.
        ("03-28 20:00", "03-29 08:00"),
        ("04-04 18:00", "04-05 06:00"),
        ("04-11 20:00", "04-12 08:00"),
    ]
    assert [one.person for one in found] == [ANN, ANN, ANN, BOB, ANN]
    assert not any(one.problem for one in found)
    assert found[2].start
    assert found[2].end
    assert found[2].end - found[2].start == timedelta(hours=11)


def test_a_count_of_outlook_counts_what_is_left_out_and_knows_its_zones() -> None:
    assert walls(entries(OUTLOOK)) == [
        ("10-23 18:00", "10-24 06:00"),
        ("10-25 18:00", "10-26 06:00"),
        ("10-26 18:00", "10-27 06:00"),
    ]


def test_whole_days_are_days_of_the_schedule() -> None:
    found = entries(
        event(
            "DTSTART;VALUE=DATE:20260328",
            "DTEND;VALUE=DATE:20260329",
            "RRULE:FREQ=DAILY;UNTIL=20260331",
            "EXDATE;VALUE=DATE:20260330",
        )
    )

    assert walls(found) == [
        ("03-28 00:00", "03-29 00:00"),
        ("03-29 00:00", "03-30 00:00"),
        ("03-31 00:00", "04-01 00:00"),
    ]


def test_single_dates_are_added_once() -> None:
    found = entries(timed("RDATE:20260310T080000Z,20260303T080000Z", "RDATE:20260312T080000Z"))

    assert [one.start.day for one in found if one.start] == [3, 10, 12]


def test_a_day_left_out_leaves_out_what_begins_on_it() -> None:
    found = entries(timed("RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20260304"))

    assert [one.start.day for one in found if one.start] == [3, 5]


def test_a_cancelled_time_is_named_and_not_taken_twice() -> None:
    text = timed("RRULE:FREQ=DAILY;COUNT=2").replace(
        "END:VCALENDAR",
        "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20260304T080000Z\nDTSTART:20260304T080000Z\n"
        "DTEND:20260304T160000Z\nSTATUS:CANCELLED\nSUMMARY:ann\nEND:VEVENT\nEND:VCALENDAR",
    )

    assert [one.problem for one in entries(text)] == ["", "it is cancelled"]


def test_what_is_over_is_not_listed_and_what_is_far_ahead_is_not_either() -> None:
    found = entries(
        event("DTSTART:20250101T080000Z", "DTEND:20250102T080000Z", "RRULE:FREQ=WEEKLY")
    )
    starts = [one.start for one in found if one.start]

    assert len(found) == 50
    assert starts[0] > NOW
    assert starts[-1] < NOW + timedelta(days=350)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=SECONDLY", "repeats secondly"),
        ("FREQ=MINUTELY;INTERVAL=5", "repeats minutely"),
        ("FREQ=HOURLY;COUNT=2", "repeats hourly"),
        ("FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=1,2,3", "BYHOUR"),
        ("FREQ=DAILY;BYSECOND=1", "BYSECOND"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("FREQ=DAILY;COUNT=0", "COUNT"),
        ("FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2", ""),
        ("FREQ=YEARLY;BYMONTHDAY=" + ",".join(["1"] * 500), "too long"),
        ("FREQ=SOMETIMES", ""),
        ("RUBBISH", ""),
    ],
)
def test_rules_that_nobody_should_follow_come_to_nothing_or_are_refused(
    rule: str, said: str
) -> None:
    try:
        found = entries(timed(f"RRULE:{rule}"))
    except Unreadable:
        assert not said
        return

    assert len(found) == 1
    assert said in found[0].problem


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"), "more than one rule"),
        (("RDATE;VALUE=PERIOD:20260310T080000Z/PT8H",), "periods"),
        (("RRULE:FREQ=DAILY;UNTIL=20260303T090000Z", "EXDATE:20260303T080000Z"), "none of its"),
    ],
)
def test_what_is_not_followed_says_why(lines: tuple[str, ...], said: str) -> None:
    (entry,) = entries(timed(*lines))

    assert said in entry.problem


def test_what_began_long_ago_is_refused() -> None:
    (entry,) = entries(
        event("DTSTART:10000101T080000Z", "DTEND:10000101T090000Z", "RRULE:FREQ=DAILY")
    )

    assert "more than ten years ago" in entry.problem


def test_a_change_for_all_that_follows_is_said_to_be_one() -> None:
    text = timed("RRULE:FREQ=DAILY;COUNT=2").replace(
        "END:VCALENDAR",
        "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260304T080000Z\n"
        "DTSTART:20260304T090000Z\nDTEND:20260304T160000Z\nSUMMARY:bob\nEND:VEVENT\nEND:VCALENDAR",
    )

    assert "all times that follow" in entries(text)[0].problem


def test_a_file_comes_to_a_bounded_number_of_shifts() -> None:
    one = timed("RRULE:FREQ=DAILY").split("BEGIN:VEVENT")[1].split("END:VEVENT")[0]
    many = "".join(f"BEGIN:VEVENT{one.replace('UID:1', f'UID:{n}')}END:VEVENT\n" for n in range(2))

    with pytest.raises(Unreadable, match="more than 400 shifts"):
        entries(f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{many}END:VCALENDAR\n")
