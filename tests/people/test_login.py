from collections.abc import Callable

import pytest

from itsm.kernel.access import SYSTEM
from itsm.people import queries, service
from itsm.platform.house import House
from tests.cast import Browser, Cast
from tests.clock import SetClock

PASSWORD = "correct horse battery"


@pytest.fixture
def alice(house: House, cast: Cast) -> str:
    with house.work(SYSTEM) as work:
        service.set_password(work, queries.person(work, "alice"), PASSWORD)
    del cast
    return "alice"


def log_in(browser: Browser, name: str, password: str, wanted: str = "") -> str:
    form = {"username": name, "password": password, "next": wanted}
    response = browser.post("/login", form)
    return f"{response.status_code} {response.headers.get('Location', '')}".strip()


def test_the_right_password_opens_a_session(browser: Callable[..., Browser], alice: str) -> None:
    visitor = browser()

    assert log_in(visitor, alice, PASSWORD) == "303 /"
    assert log_in(visitor, alice, PASSWORD, "/incidents/?q=1") == "303 /incidents/?q=1"


@pytest.mark.parametrize("name", ["alice", "nobody"])
def test_a_wrong_login_does_not_say_what_is_wrong(
    browser: Callable[..., Browser], alice: str, name: str
) -> None:
    del alice
    response = browser().post("/login", {"username": name, "password": "not the one"})

    assert response.status_code == 401
    assert b"name and password do not belong together" in response.data


def test_guessing_is_slowed_down_and_forgotten_after_a_while(
    browser: Callable[..., Browser], alice: str, clock: SetClock
) -> None:
    visitor = browser()
    for _ in range(service.FAILURES_OF_ACCOUNT_HERE):
        assert log_in(visitor, alice, "guess") == "401"

    assert log_in(visitor, alice, PASSWORD) == "429"
    clock.advance(minutes=16)
    assert log_in(visitor, alice, PASSWORD) == "303 /"


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https:evil.example", "/\\evil", "\\/evil", "/a\tb", "evil"]
)
def test_a_login_never_leads_to_another_site(
    browser: Callable[..., Browser], alice: str, wanted: str
) -> None:
    assert log_in(browser(), alice, PASSWORD, wanted) == "303 /"


def test_each_login_has_a_cookie_of_its_own(browser: Callable[..., Browser], alice: str) -> None:
    visitor = browser()
    cookies = set()
    for _ in range(2):
        log_in(visitor, alice, PASSWORD)
        with visitor.client.session_transaction() as session:
            cookies.add(session["_user_id"])

    assert len(cookies) == 2


def test_a_disabled_person_is_out_at_once(
    browser: Callable[..., Browser], house: House, alice: str
) -> None:
    visitor = browser(alice)
    assert visitor.post("/logout").status_code == 303
    visitor = browser(alice)
    with house.work(SYSTEM) as work:
        queries.person(work, alice).active = False

    assert visitor.post("/logout").headers["Location"].startswith("/login")


def test_a_form_of_another_site_is_refused(browser: Callable[..., Browser], alice: str) -> None:
    visitor = browser(alice)

    assert visitor.client.post("/logout").status_code == 403
    assert visitor.post("/logout", headers={"Origin": "https://evil.example"}).status_code == 403
