import pytest
from sqlalchemy import text

from itsm.kernel.access import SYSTEM
from itsm.notify import service as notify
from itsm.notify.models import ContactMethod
from itsm.platform.database import db
from itsm.platform.house import House
from itsm.platform.secrets import Keyring, SecretUnreadable, new_token, rotate
from tests.cast import Cast
from tests.instances import KEY


def test_a_secret_opens_under_any_key_of_the_list() -> None:
    sealed = Keyring(["old"]).seal("s3cret")

    assert Keyring(["new", "old"]).open(sealed) == "s3cret"
    with pytest.raises(SecretUnreadable):
        Keyring(["new"]).open(sealed)


def test_a_signature_is_good_for_its_purpose_alone() -> None:
    signed = Keyring(["old"]).sign("7", "page")

    assert Keyring(["new", "old"]).unsign(signed, "page") == "7"
    assert Keyring(["old"]).unsign(signed, "setup") is None
    assert Keyring(["old"]).unsign(signed[:-1] + "x", "page") is None


def test_tokens_have_256_bits_and_say_what_they_are() -> None:
    tokens = {new_token("itsm") for _ in range(1000)}

    assert len(tokens) == 1000
    assert all(token.startswith("itsm_") and len(token) == 48 for token in tokens)


def test_what_is_secret_lies_unreadable_in_the_database(house: House, cast: Cast) -> None:
    address = "https://chat.example.org/hidden-path"
    with house.work(SYSTEM) as work:
        notify.add_contact(work, cast.alice, "webhook", "Chat", {"url": address})
    with house.work(SYSTEM, writes=False) as work:
        raw = work.session.execute(text("SELECT config FROM contact_method")).scalar_one()

    assert b"hidden-path" not in bytes(raw)


def test_rotation_encrypts_everything_under_the_newest_key(house: House, cast: Cast) -> None:
    with house.work(SYSTEM) as work:
        notify.add_contact(work, cast.alice, "outbox", "", {})
    with house.app.app_context(), db.engine.begin() as connection:
        count = rotate(connection, Keyring(["a new key", KEY]))
    with house.work(SYSTEM, writes=False) as work:
        config = work.session.query(ContactMethod).one().config

    assert count >= 1
    assert Keyring(["a new key"]).open(config) == "{}"
