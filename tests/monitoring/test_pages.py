"""What people do on the pages of monitoring."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from itsm.kernel.access import SYSTEM
from itsm.monitoring.models import Alert, Integration, UnmappedHost
from itsm.monitoring.signal import Severity
from itsm.monitoring.states import State
from itsm.platform.house import House
from itsm.platform.intake import IntakeRow, IntakeState
from tests.cast import Browser, Cast

Open = Callable[..., Browser]
DISK = {"key": "disk", "title": "Disk <full>", "host": "web1", "severity": "high"}


@pytest.fixture
def dana(browser: Open, cast: Cast) -> Browser:
    """An administrator."""
    del cast
    return browser("dana")


@pytest.fixture
def post(house: House, key: str) -> Callable[[object], int]:
    """Have the source post something."""

    def send(said: object) -> int:
        return house.app.test_client().post(f"/hooks/generic/{key}", json=said).status_code

    return send


def one(house: House, model: type) -> object:
    with house.work(SYSTEM, writes=False) as work:
        return work.session.scalars(select(model)).one()


def test_a_system_is_connected_in_three_steps(house: House, dana: Browser) -> None:
    kinds = dana.get("/monitoring/integrations/new").text
    named = dana.get("/monitoring/integrations/new?kind=alertmanager").text
    made = dana.post(
        "/monitoring/integrations/",
        {"kind": "alertmanager", "name": "Berlin", "default_severity": "low", "policy": ""},
    ).text

    found = re.search(r"/hooks/alertmanager/([0-9a-f]{32})", made)
    assert "Prometheus Alertmanager" in kinds
    assert 'name="name"' in named
    assert found is not None
    assert "send_resolved: true" in made
    alert = {"status": "firing", "labels": {"alertname": "Down"}}
    posted = house.app.test_client().post(found[0], json={"alerts": [alert]})
    assert posted.status_code == 202


def test_a_name_in_use_is_said_beside_the_field(house: House, dana: Browser, key: str) -> None:
    del key
    typed = {"kind": "generic", "name": "probes", "default_severity": "low"}

    response = dana.post("/monitoring/integrations/", typed)

    assert response.status_code == 422
    assert "is in use" in response.text
    assert one(house, Integration)


def test_an_alert_is_listed_shown_and_acknowledged(
    house: House, dana: Browser, post: Callable[[object], int]
) -> None:
    post(DISK)

    listed = dana.get("/monitoring/").text
    shown = dana.get("/monitoring/alerts/1").text
    answer = dana.post("/monitoring/alerts/1/acknowledge")

    assert "Disk &lt;full&gt;" in listed
    assert "web1" in shown
    assert answer.status_code == 303
    assert one(house, Alert).state is State.ACKNOWLEDGED  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 1),
        ("?status=resolved", 1),
        ("?status=", 2),
        ("?status=&severity=high", 2),
        ("?severity=low", 0),
        ("?q=disk", 1),
        ("?q=%25", 0),
        ("?source=probes", 1),
        ("?source=other", 0),
        ("?ci=none", 1),
        ("?sort=first_seen", 1),
    ],
)
def test_the_list_is_narrowed_by_its_address(
    dana: Browser, post: Callable[[object], int], query: str, count: int
) -> None:
    post([DISK, DISK | {"key": "old"}])
    post({"key": "old", "status": "ok"})

    assert dana.get(f"/monitoring/{query}").text.count('id="alert-') == count


def test_a_long_list_goes_on_where_it_stopped(dana: Browser, post: Callable[[object], int]) -> None:
    post([DISK | {"key": f"k{place}", "title": f"Trouble {place}."} for place in range(60)])

    first = dana.get("/monitoring/").text
    onward = re.search(r'href="(\?[^"]*cursor=[^"]*)"', first)

    assert onward is not None
    second = dana.get(f"/monitoring/{onward[1]}").text.replace("&amp;", "&")
    shown = re.findall(r"Trouble \d+\.", first + second)
    assert len(shown) == len(set(shown)) == 60


def test_a_rejected_message_is_mapped_by_its_sample_and_replayed(
    house: House, dana: Browser, post: Callable[[object], int]
) -> None:
    sample = {"probe": {"id": 9}, "headline": "Mail is stuck", "state": "KAPUTT"}
    assert post(sample) == 400
    mapping = {
        "title": "/headline",
        "key": "/probe/id",
        "status_words": "kaputt = fire\nheil = resolve",
        "severity": "=critical",
    }

    assert "kaputt" in dana.get("/monitoring/rejected").text
    assert "/probe/id" in dana.get("/monitoring/integrations/1/mapping?message=1").text
    tried = dana.post("/monitoring/integrations/1/mapping", mapping | {"try": "1"}).text
    assert "Mail is stuck" in tried
    dana.post("/monitoring/integrations/1/mapping", mapping)
    dana.post("/monitoring/messages/1/replay")

    alert = one(house, Alert)
    row = one(house, IntakeRow)
    assert (alert.title, alert.severity) == ("Mail is stuck", Severity.CRITICAL)  # type: ignore[attr-defined]
    assert row.state is IntakeState.DONE  # type: ignore[attr-defined]


def test_a_place_that_is_none_is_said_beside_its_field(
    dana: Browser, post: Callable[[object], int]
) -> None:
    post(DISK)

    response = dana.post("/monitoring/integrations/1/mapping", {"title": "headline"})

    assert response.status_code == 422


def test_a_test_goes_through_the_whole_intake_and_can_be_cleared(
    house: House, dana: Browser, key: str
) -> None:
    del key

    sent = dana.post("/monitoring/integrations/1/test")

    assert sent.headers["Location"] == "/monitoring/alerts/1"
    assert one(house, Alert).state is State.OPEN  # type: ignore[attr-defined]
    dana.post("/monitoring/integrations/1/test/clear")
    assert one(house, Alert).state is State.RESOLVED  # type: ignore[attr-defined]


def test_a_new_key_is_shown_once(dana: Browser, key: str) -> None:
    shown = dana.post("/monitoring/integrations/1/rotate").text

    assert re.search(r"/hooks/generic/[0-9a-f]{32}", shown)
    assert key not in shown
    assert "/hooks/generic/" not in dana.get("/monitoring/integrations/1").text


def test_settings_are_changed_and_wrong_ones_refused(house: House, dana: Browser, key: str) -> None:
    del key
    good = {
        "name": "Probes",
        "default_severity": "low",
        "severity_map": "schlimm = critical\ngut = ok",
        "rate_per_minute": "60",
        "burst": "10",
        "policy": "",
        "enabled": "1",
    }

    assert dana.post("/monitoring/integrations/1", good).status_code == 303
    assert dana.post("/monitoring/integrations/1", good | {"burst": "0"}).status_code == 422
    bad_words = good | {"severity_map": "schlimm = purple"}
    assert dana.post("/monitoring/integrations/1", bad_words).status_code == 422
    integration = one(house, Integration)
    assert integration.severity_map == {"schlimm": "critical", "gut": "ok"}  # type: ignore[attr-defined]


def test_a_name_that_leads_nowhere_can_be_taken_off_the_list(
    house: House, dana: Browser, post: Callable[[object], int]
) -> None:
    post(DISK)
    with house.work(SYSTEM) as work:
        work.add(
            UnmappedHost(
                name="web1", reason="no CI", count=1, first_seen=work.now, last_seen=work.now,
                alert_id=1,
            )
        )  # fmt: skip

    assert "web1" in dana.get("/monitoring/unmapped").text
    assert dana.post("/monitoring/unmapped/1/adopt", {"ci": "CI-9999"}).status_code == 422
    assert dana.post("/monitoring/unmapped/1/dismiss").status_code == 303
    assert "Every name leads to a CI" in dana.get("/monitoring/unmapped").text


@pytest.mark.parametrize(
    "path",
    [
        "/monitoring/",
        "/monitoring/unmapped",
        "/monitoring/integrations/",
        "/monitoring/integrations/new",
        "/monitoring/rejected",
    ],
)
def test_empty_pages_say_what_to_do(dana: Browser, path: str) -> None:
    assert dana.get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/monitoring/alerts/{10**30}", 404),
        (f"/monitoring/messages/{2**63}", 404),
        (f"/monitoring/rejected?before={10**30}", 200),
        ("/monitoring/?cursor=nonsense", 422),
    ],
)
def test_a_number_that_no_row_can_have_is_no_fault(dana: Browser, path: str, status: int) -> None:
    assert dana.get(path).status_code == status


@pytest.mark.parametrize("path", ["/monitoring/integrations/", "/monitoring/rejected"])
def test_a_requester_sees_none_of_it(browser: Open, cast: Cast, path: str) -> None:
    del cast

    assert browser("charlie").get(path).status_code in {403, 404}
