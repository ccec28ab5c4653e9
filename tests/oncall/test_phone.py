"""The link in a page: shows without acting, acts without a login, and ends."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from itsm.desk.models import Comment
from itsm.oncall import queries
from itsm.oncall.escalation import State
from itsm.people.models import Person
from itsm.platform.house import House
from tests.cast import Browser
from tests.oncall.conftest import Night

FIRST_LOAD = 50_000


@pytest.fixture
def link(night: Night) -> str:
    """The path in the message that Alice got."""
    night.start()
    return night.provider.tasks[0].message.link.removeprefix("http://desk.test")


@pytest.fixture
def phone(house: House) -> Browser:
    """A phone on which nobody is logged in."""
    return Browser(house)


def state(night: Night) -> State:
    with night.house.work() as work:
        found = queries.escalation_of(work, night.ticket, night.policy)
        assert found
        return found.state


def test_the_page_says_what_is_wrong_since_when_and_who_is_next(link: str, phone: Browser) -> None:
    text = phone.get(link).text

    assert "Payments API answers 502 at checkout" in text
    assert "13:00" in text
    assert "Next: Bob Baker at 13:05" in text


def test_a_scanner_that_follows_the_link_acknowledges_nothing(
    link: str, phone: Browser, night: Night
) -> None:
    assert phone.get(link).status_code == 200
    assert phone.client.head(link).status_code == 200
    assert phone.get(f"{link}/acknowledge").status_code == 405

    assert state(night) is State.NOTIFIED


def test_the_button_acknowledges_for_the_person_who_was_paged(
    link: str, phone: Browser, night: Night
) -> None:
    answer = phone.post(f"{link}/acknowledge")

    assert (answer.status_code, answer.location) == (303, link)
    assert state(night) is State.ACKNOWLEDGED
    assert "You have taken it at 13:00" in " ".join(phone.get(link).text.split())


def test_a_double_tap_acknowledges_once(link: str, phone: Browser) -> None:
    assert phone.post(f"{link}/acknowledge").status_code == 303
    assert phone.post(f"{link}/acknowledge").status_code == 303


def test_a_post_from_elsewhere_without_the_form_does_nothing(
    link: str, house: House, night: Night
) -> None:
    elsewhere: FlaskClient = house.app.test_client()

    assert elsewhere.post(f"{link}/acknowledge").status_code == 403
    assert state(night) is State.NOTIFIED


def test_a_link_with_one_letter_changed_leads_nowhere(link: str, phone: Browser) -> None:
    other = link[:-1] + ("A" if link[-1] != "A" else "B")

    assert phone.get(other).status_code == 404
    assert phone.post(f"{other}/acknowledge").status_code == 404


def test_a_link_ends_after_seven_days(link: str, phone: Browser, night: Night) -> None:
    night.clock.advance(days=7)

    assert phone.get(link).status_code == 404


def test_the_link_of_somebody_who_has_left_leads_nowhere(
    link: str, phone: Browser, night: Night
) -> None:
    with night.house.work() as work:
        work.session.get_one(Person, night.cast.alice).active = False

    assert phone.post(f"{link}/acknowledge").status_code == 404


def test_the_link_says_when_it_is_over(link: str, phone: Browser, night: Night) -> None:
    night.finish()
    text = phone.get(link).text

    assert "This is over" in text
    assert "Acknowledge" not in text


def test_after_it_is_over_the_link_does_nothing(link: str, phone: Browser, night: Night) -> None:
    night.finish()

    assert phone.post(f"{link}/acknowledge").status_code == 409


def test_resolving_needs_words(link: str, phone: Browser) -> None:
    answer = phone.post(f"{link}/resolve", {"resolution": " "})

    assert answer.status_code == 422
    assert "say what fixed it" in answer.text


def test_the_first_load_is_small_enough_for_a_bad_line(link: str, phone: Browser) -> None:
    page = phone.get(link)
    parts = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    sizes = [len(page.data), *(len(phone.get(part).data) for part in parts)]

    assert sum(sizes) < FIRST_LOAD


def test_the_token_lies_in_the_database_neither_readable_nor_after_the_end(
    link: str, night: Night
) -> None:
    token = link.removeprefix("/p/")
    with night.house.work(writes=False) as work:
        page = queries.page_by_token(work, token)
        assert token not in (page.token_hash, str(page.token))
    night.finish()
    with night.house.work(writes=False) as work:
        assert queries.page_by_token(work, token).token is None


def test_a_note_that_is_tapped_twice_is_written_once(
    link: str, phone: Browser, night: Night
) -> None:
    (once,) = re.findall(r'name="once" value="([^"]+)"', phone.get(link).text)
    for _ in range(2):
        answer = phone.post(f"{link}/note", {"note": "On my way", "once": once})
        assert answer.status_code == 303

    with night.house.work(writes=False) as work:
        assert list(work.session.scalars(select(Comment.body))).count("On my way") == 1


def test_a_note_for_colleagues_needs_words(link: str, phone: Browser) -> None:
    answer = phone.post(f"{link}/note", {"note": " "})

    assert answer.status_code == 422
    assert "say what colleagues are to know" in answer.text
