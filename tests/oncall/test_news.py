"""News of a page: what those who were paged hear once somebody has it, or it is over."""

from datetime import UTC, datetime

import pytest

from itsm.notify import service as notify
from itsm.notify.models import ContactMethod
from itsm.oncall.models import Delivery
from tests.oncall.conftest import Night
from tests.oncall.test_responders import ALICE, BOB, TWILIO, titles


def test_when_somebody_takes_it_the_others_are_told_once(night: Night) -> None:
    night.start()
    night.pass_minutes(5)
    night.acknowledge_as("bob")
    night.acknowledge_as("bob")
    night.run()

    assert titles(night, ALICE)[1:] == ["INC-1: Bob Baker has taken it"]
    assert len(titles(night, BOB)) == 1


def test_when_it_is_over_those_who_were_paged_are_told(night: Night) -> None:
    night.start()
    night.pass_minutes(5)
    night.finish()
    night.pass_minutes(1)

    assert titles(night, ALICE)[1:] == ["INC-1: it is over"]
    assert titles(night, BOB)[1:] == ["INC-1: it is over"]
    assert night.provider.tasks[-1].message.link == "http://desk.test/incidents/INC-1"


def test_whoever_was_not_paged_hears_nothing(night: Night) -> None:
    night.start()
    night.finish()
    night.pass_minutes(1)

    assert titles(night, BOB) == []


def test_news_that_still_waits_gives_way_to_newer(night: Night) -> None:
    night.start()
    night.acknowledge_as("dana")
    night.finish()
    night.pass_minutes(1)

    assert titles(night, ALICE)[1:] == ["INC-1: it is over"]


@pytest.mark.parametrize(
    ("hour", "calls"), [(12, ["twilio", "twilio"]), (23, ["twilio"])], ids=["day", "night"]
)
def test_nobody_is_called_at_night_with_news(night: Night, hour: int, calls: list[str]) -> None:
    night.clock.now = datetime(2026, 3, 2, hour, tzinfo=UTC)
    with night.house.work() as work:
        notify.add_contact(work, night.cast.alice, "twilio", "", TWILIO)
    night.start()
    night.acknowledge_as("dana")
    night.pass_minutes(2)

    assert night.provider.told == calls
    with night.house.work() as work:
        news = work.session.query(Delivery).order_by(Delivery.id.desc()).first()
        assert news
        assert news.state == ("held" if hour == 23 else "accepted")


def test_whoever_was_called_and_written_to_gets_the_news_in_writing(night: Night) -> None:
    with night.house.work() as work:
        notify.add_contact(work, night.cast.alice, "email", "", {"address": ALICE})
        notify.add_contact(work, night.cast.alice, "twilio", "", TWILIO)
        assert work.session.query(ContactMethod).count() == 2
    night.start()
    night.acknowledge_as("dana")
    night.pass_minutes(2)

    assert night.provider.told == [ALICE, "twilio", ALICE]
