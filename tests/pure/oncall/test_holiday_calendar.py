"""Calendars of public holidays: which there are, and what is said of those that there are not."""

from datetime import date

import pytest

from itsm.oncall.holiday_calendar import between, checked


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", ""), ("de", "DE"), (" de-by ", "DE-BY"), ("DE-augsburg", "DE-Augsburg"), ("US", "US")],
)
def test_a_code_is_taken_as_people_type_it(typed: str, code: str) -> None:
    assert checked(typed) == code


@pytest.mark.parametrize(
    ("typed", "said"),
    [("XX", "no calendar of XX"), ("DE-XX", "BW, BY"), ("DE-", "BW, BY"), ("Bavaria", "DE-BY")],
)
def test_what_there_is_not_is_said_with_what_there_is(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        checked(typed)


def test_days_come_in_order_with_their_names() -> None:
    found = between("DE-BY", date(2025, 12, 25), date(2026, 1, 6))

    assert list(found.items()) == [
        (date(2025, 12, 25), "Christmas Day"),
        (date(2025, 12, 26), "Second Day of Christmas"),
        (date(2026, 1, 1), "New Year's Day"),
        (date(2026, 1, 6), "Epiphany"),
    ]
