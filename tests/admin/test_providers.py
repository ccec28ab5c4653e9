"""The instance's accounts at providers: set in Administration, kept sealed, never shown again."""

import pytest

from itsm.kernel.errors import Denied
from itsm.notify import accounts
from itsm.notify.models import ProviderAccount
from itsm.platform.house import House
from tests.cast import Browser, actor_of

pytestmark = pytest.mark.usefixtures("cast")
TOKEN = "d" * 32
TWILIO = {"account_sid": "AC" + "0" * 32, "auth_token": TOKEN, "sender": "+14155550100"}


def test_an_account_is_set_up_and_taken_into_use(house: House) -> None:
    dana = Browser(house, "dana")

    assert dana.post("/admin/providers/twilio", TWILIO).status_code == 303
    with house.work(writes=False) as work:
        account = accounts.twilio(work)
        assert account
        assert account.auth_token == TOKEN
    page = dana.get("/admin/providers").text
    assert "set up" in page
    assert f"{house.settings.public_url}/providers/twilio/sms" in page


def test_what_is_secret_lies_sealed_and_is_not_shown_again(house: House) -> None:
    dana = Browser(house, "dana")
    dana.post("/admin/providers/twilio", TWILIO)

    assert TOKEN not in dana.get("/admin/providers").text
    with house.work(writes=False) as work:
        assert TOKEN.encode() not in work.session.query(ProviderAccount).one().config


def test_a_field_that_is_not_right_is_named_and_nothing_is_kept(house: House) -> None:
    answer = Browser(house, "dana").post("/admin/providers/twilio", TWILIO | {"sender": "12"})

    assert answer.status_code == 422
    assert "does not look right" in answer.text
    assert TOKEN not in answer.text
    with house.work(writes=False) as work:
        assert accounts.twilio(work) is None


def test_an_account_is_removed(house: House) -> None:
    dana = Browser(house, "dana")
    dana.post("/admin/providers/slack", {"signing_secret": "a" * 32})
    assert dana.post("/admin/providers/slack/remove").status_code == 303

    assert dana.post("/admin/providers/slack/remove").status_code == 404
    assert dana.post("/admin/providers/nobody", {}).status_code == 404


def test_an_agent_has_no_say_in_it(house: House) -> None:
    assert Browser(house, "alice").post("/admin/providers/twilio", TWILIO).status_code == 403


def test_the_verbs_ask_for_the_right_themselves(house: House) -> None:
    alice = actor_of(house, "alice")
    with house.work(alice) as work, pytest.raises(Denied):
        accounts.set_account(work, "twilio", TWILIO)
    with house.work(alice) as work, pytest.raises(Denied):
        accounts.forget_account(work, "twilio")
