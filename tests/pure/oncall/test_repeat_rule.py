"""The days of a rule, held against those that dateutil finds."""

from datetime import date, datetime

import pytest
from dateutil.rrule import rrulestr

from itsm.oncall.repeat_rule import rule

FIRST, LAST = date(2026, 1, 31), date(2029, 12, 31)
RULES = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=-1",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA;BYSETPOS=1",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=1,-1",
    "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYDAY=5SA",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
    "FREQ=YEARLY",
    "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
    "FREQ=YEARLY;BYMONTH=3,5",
    "FREQ=YEARLY;BYYEARDAY=1,100,-1",
    "FREQ=YEARLY;BYDAY=20MO,-1FR",
    "FREQ=YEARLY;INTERVAL=2;BYMONTHDAY=15",
)


@pytest.mark.parametrize("text", RULES)
def test_a_rule_has_the_days_that_another_reader_finds(text: str) -> None:
    parts = {
        name: value.split(",") for name, _, value in (one.partition("=") for one in text.split(";"))
    }
    begins = datetime(FIRST.year, FIRST.month, FIRST.day)  # noqa: DTZ001 - wall time
    ends = datetime(LAST.year, LAST.month, LAST.day)  # noqa: DTZ001 - wall time
    found = rrulestr(text, dtstart=begins).between(begins, ends, inc=True)

    assert list(rule(parts, FIRST).days(LAST)) == [one.date() for one in found]
    assert found
