from datetime import timedelta
from pathlib import Path

import pytest

from itsm.app import create_app, house_of
from itsm.flows.checks import CHECKS
from itsm.kernel.work import Work
from itsm.people import directory, service
from itsm.people.inputs import NewPerson
from itsm.platform import doctor, instance, lease, metrics, outbox, timers
from itsm.platform.doctor import Finding, Health
from itsm.platform.house import House
from itsm.platform.settings import Settings
from tests.clock import NOON
from tests.mail_server import mail_server

LATE = NOON - timedelta(minutes=10)


def findings(work: Work, house: House, **settings: object) -> dict[str, Finding]:
    changed = house.settings.model_copy(update=settings)
    return {found.name: found for found in doctor.examine(work, changed, CHECKS)}


def test_a_clock_that_beats_is_well(work: Work, house: House) -> None:
    lease.hold(work, metrics.CLOCK, "here")

    assert findings(work, house)["clock"].state is Health.OK


def test_a_clock_that_stands_still_is_told(work: Work, house: House) -> None:
    lease.hold(work, metrics.CLOCK, "here")
    work.now += timedelta(minutes=5)

    clock = findings(work, house)["clock"]
    assert (clock.state, clock.sentence) == (
        Health.FAIL,
        "The clock stands still since 5 min: nobody is paged.",
    )


def test_late_jobs_and_timers_are_told(work: Work, house: House) -> None:
    outbox.put(work, "x", {}, due_at=LATE)
    timers.arm(work, "x", "1", LATE)

    found = findings(work, house)
    assert (found["outbox"].state, found["timers"].state) == (Health.FAIL, Health.FAIL)


def test_nothing_that_waits_is_well(work: Work, house: House) -> None:
    found = findings(work, house)

    assert (found["outbox"].state, found["timers"].state) == (Health.OK, Health.OK)


def test_a_secret_key_that_others_can_read_is_told(work: Work, house: House) -> None:
    key = house.settings.home / "secret.key"
    key.write_text("secret")
    key.chmod(0o644)

    assert findings(work, house)["secret key"].state is Health.FAIL
    key.unlink()


@pytest.mark.parametrize(
    ("bind", "base_url", "state"),
    [
        ("127.0.0.1:8000", "", Health.OK),
        ("[::1]:8000", "", Health.OK),
        ("192.0.2.1:8000", "http://127.0.0.1:8000", Health.WARN),
        ("192.0.2.1:8000", "http://desk.example.org", Health.WARN),
        ("192.0.2.1:8000", "https://desk.example.org", Health.OK),
    ],
)
def test_links_that_lead_nowhere_are_told(
    work: Work, house: House, bind: str, base_url: str, state: Health
) -> None:
    found = findings(work, house, bind=bind, base_url=base_url)

    assert found["address"].state is state


def test_a_demo_that_is_open_to_the_network_is_told(work: Work, house: House) -> None:
    instance.put(work, instance.DEMO, value=True)

    assert findings(work, house, bind="192.0.2.1:8000")["demo"].state is Health.FAIL
    assert findings(work, house)["demo"].state is Health.OK


def test_the_demo_password_elsewhere_is_told(work: Work, house: House) -> None:
    service.create(work, NewPerson(username="admin", name="Admin"))
    instance.put(work, instance.DEMO, value=True)
    service.set_password(work, directory.person(work, "admin"), "demo")
    instance.put(work, instance.DEMO, value=False)

    assert "admin" in findings(work, house)["passwords"].sentence


def test_a_home_that_is_not_there_is_told(work: Work, house: House) -> None:
    nowhere = house.settings.home / "nowhere"

    assert findings(work, house, home=nowhere)["storage"].state is Health.FAIL


def test_a_mail_server_that_is_away_is_told(work: Work, house: House) -> None:
    with mail_server() as post:
        assert findings(work, house, mail_url=post.url)["mail"].state is Health.OK
        deaf = findings(work, house, mail_url=post.url, mail_domain="example.org", smtp_bind="")
    away = findings(work, house, mail_url=post.url)["mail"]

    assert deaf["mail"].sentence == "Nothing listens for the replies to mail."
    assert (away.state, away.sentence) == (
        Health.FAIL,
        "The mail server does not answer (ConnectionRefusedError).",
    )


def test_a_database_that_is_away_is_a_finding_and_no_crash(tmp_path: Path) -> None:
    away = "postgresql+psycopg://nobody@127.0.0.1:9/none"
    settings = Settings(home=tmp_path, database_url=away, secret_key="k" * 40)

    first = doctor.examine_house(house_of(create_app(settings)))[0]

    assert (first.name, first.state) == ("database", Health.FAIL)
