"""My contacts and rules: they are mine, sealed, and tried before they are needed."""

import pytest
from sqlalchemy import select

from itsm.kernel.errors import Denied, Invalid, NotFound, Refused
from itsm.kernel.work import Work
from itsm.notify import queries, service
from itsm.notify.models import ContactMethod
from itsm.people import queries as people
from itsm.platform.house import House
from itsm.platform.runner import drain
from tests.cast import Browser, Cast

TOPIC = {"topic": "alice-at-night"}


@pytest.fixture
def alice(work: Work, cast: Cast) -> int:
    """Alice's id, who is the actor."""
    work.actor = people.actor(work, people.person(work, "alice"))
    return cast.alice


def test_a_new_contact_is_used_by_every_page_at_once(work: Work, alice: int) -> None:
    contact = service.add_contact(work, alice, "ntfy", "My phone", TOPIC)

    (way,) = queries.ways(work, [alice])[alice]
    assert (way.contact_id, way.delay_min) == (contact.id, 0)


def test_settings_lie_encrypted_in_the_database(work: Work, alice: int) -> None:
    contact = service.add_contact(
        work,
        alice,
        "telegram",
        "",
        {
            "bot_token": "123456789:" + "s" * 35,
            "chat": "42",
        },
    )
    stored = work.session.scalars(select(ContactMethod.config)).one()

    assert b"ssss" not in stored
    assert service.opened(work, contact).model_dump()["chat"] == "42"


def test_settings_that_are_not_right_are_named(work: Work, alice: int) -> None:
    with pytest.raises(Invalid) as caught:
        service.add_contact(work, alice, "ntfy", "", {"topic": "with blanks"})

    assert list(caught.value.fields) == ["topic"]


@pytest.mark.usefixtures("alice")
def test_nobody_adds_contacts_for_somebody_else(work: Work, cast: Cast) -> None:
    with pytest.raises(Denied):
        service.add_contact(work, cast.bob, "ntfy", "", TOPIC)


def test_somebody_elses_contact_does_not_exist(work: Work, alice: int) -> None:
    contact = service.add_contact(work, alice, "ntfy", "", TOPIC)
    work.actor = people.actor(work, people.person(work, "bob"))

    with pytest.raises(NotFound):
        queries.contact(work, contact.id)


def test_a_rule_stands_once(work: Work, alice: int) -> None:
    contact = service.add_contact(work, alice, "ntfy", "", TOPIC)
    service.add_rule(work, contact, 5)

    with pytest.raises(Refused):
        service.add_rule(work, contact, 5)


@pytest.mark.parametrize("minutes", [-1, 121])
def test_a_delay_has_bounds(work: Work, alice: int, minutes: int) -> None:
    contact = service.add_contact(work, alice, "ntfy", "", TOPIC)

    with pytest.raises(Invalid):
        service.add_rule(work, contact, minutes)


def test_without_rules_a_person_is_reached_by_mail(work: Work, alice: int) -> None:
    (way,) = queries.ways(work, [alice])[alice]

    assert (way.channel, way.address) == ("email", "alice@example.org")


def test_whoever_has_left_cannot_be_reached(work: Work, alice: int) -> None:
    people.person(work, "alice").active = False

    assert queries.ways(work, [alice]) == {}


def test_a_test_message_says_what_came_of_it(house: House, cast: Cast) -> None:
    del cast
    alice = Browser(house, "alice")
    alice.post("/oncall/me/contacts", {"channel": "outbox", "label": "Console"})
    alice.post("/oncall/me/contacts/1/test")
    drain(house)

    assert "kept in the outbox" in alice.get("/oncall/me").text
    assert "Test from the service desk" in alice.get("/oncall/outbox").text
    assert "Test from the service desk" not in Browser(house, "bob").get("/oncall/outbox").text


@pytest.mark.parametrize("action", ["test", "remove", "rules"])
def test_somebody_elses_contact_is_out_of_reach_by_the_pages(
    house: House, cast: Cast, action: str
) -> None:
    Browser(house, "alice").post("/oncall/me/contacts", {"channel": "outbox"})

    assert (
        Browser(house, "bob").post(f"/oncall/me/contacts/{cast.team}/{action}").status_code == 404
    )


def test_secrets_are_never_shown_again(house: House, cast: Cast) -> None:
    del cast
    alice = Browser(house, "alice")
    secret = "123456789:" + "s" * 35
    alice.post("/oncall/me/contacts", {"channel": "telegram", "bot_token": secret, "chat": "x"})
    alice.post("/oncall/me/contacts", {"channel": "telegram", "bot_token": secret, "chat": "42"})

    assert "ssss" not in alice.get("/oncall/me").text
    assert "chat 42" in alice.get("/oncall/me").text
