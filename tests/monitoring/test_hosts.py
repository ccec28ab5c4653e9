"""From the names in alerts to CIs, and what becomes of names that lead nowhere."""

import pytest
from sqlalchemy import select

from itsm.assets import queries as assets
from itsm.assets import service as cmdb
from itsm.assets.inputs import NewCi
from itsm.assets.models import Ci, CiClass
from itsm.kernel.work import Work
from itsm.monitoring import hosts
from itsm.monitoring.events import AlertsMapped
from itsm.monitoring.models import Alert, UnmappedHost
from itsm.monitoring.signal import Action
from tests.monitoring.conftest import Say


@pytest.fixture
def ci(work: Work) -> Ci:
    return make(work, "web1.example.org")


def make(work: Work, name: str) -> Ci:
    ci_class = work.session.scalars(select(CiClass.key).limit(1)).first()
    return cmdb.create(work, NewCi.model_validate({"class": ci_class, "name": name}))


def fire(work: Work, say: Say, *names: str) -> Alert:
    result = say(Action.FIRE, f"key of {names}", hosts=names)
    hosts.map_hosts(work, [result.alert_id or 0])
    return work.session.get_one(Alert, result.alert_id)


@pytest.mark.parametrize("name", ["web1.example.org", "WEB1.example.org:9100", "web1"])
def test_a_name_finds_its_ci_whatever_its_port_and_case(
    work: Work, say: Say, ci: Ci, name: str
) -> None:
    assert fire(work, say, name).ci_id == ci.id


def test_the_first_name_that_is_known_wins(work: Work, say: Say, ci: Ci) -> None:
    assert fire(work, say, "pod-7f9", "web1").ci_id == ci.id
    assert work.session.scalars(select(UnmappedHost)).all() == []


def test_two_cis_of_one_name_are_none_and_a_note(work: Work, say: Say, ci: Ci) -> None:
    make(work, "web1.example.net")

    alert = fire(work, say, "web1")

    assert (alert.ci_id, alert.ci_note) == (None, "web1: more than one CI answers to this name")
    assert ci.id


def test_names_that_lead_nowhere_are_counted(work: Work, say: Say) -> None:
    fire(work, say, "ghost:9100")
    fire(work, say, "GHOST")

    (unmapped,) = work.session.scalars(select(UnmappedHost)).all()
    work.session.refresh(unmapped)
    assert (unmapped.name, unmapped.count) == ("ghost", 2)


def test_an_alert_without_a_name_is_not_missed(work: Work, say: Say) -> None:
    assert fire(work, say).ci_note == ""
    assert work.session.scalars(select(UnmappedHost)).all() == []


def test_giving_a_name_to_a_ci_maps_its_alerts_now_and_later(work: Work, say: Say, ci: Ci) -> None:
    alert = fire(work, say, "ghost:9100")
    unmapped = work.session.scalars(select(UnmappedHost)).one()

    assert hosts.adopt(work, unmapped, ci) == 1

    assert (alert.ci_id, alert.ci_note) == (ci.id, "")
    assert assets.cis_by_names(work, ["ghost"])["ghost"].ci_id == ci.id
    assert work.session.scalars(select(UnmappedHost)).all() == []
    assert [event.alert_ids for event in work.events if isinstance(event, AlertsMapped)] == [
        (alert.id,)
    ]
