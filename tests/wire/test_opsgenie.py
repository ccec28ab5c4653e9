"""Apprise's own Opsgenie client, and the documented curl, against `itsm web`."""

import json
import subprocess
from collections.abc import Iterator

import pytest
from apprise import NotifyType
from apprise.plugins import opsgenie
from apprise.plugins.opsgenie import NotifyOpsgenie

from tests.servers import running
from tests.wire.product import Product

pytestmark = [pytest.mark.wire, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("opsgenie"))
    with running(product.server):
        yield product


@pytest.fixture(scope="module")
def key(product: Product) -> str:
    return product.integration("alertmanager").rpartition("/")[2]


def state(product: Product, title: str) -> tuple[object, object]:
    """Return severity and status of the one alert of that title."""
    ((severity, status),) = [
        (one["severity"], one["status"]) for one in product.alerts() if one["title"] == title
    ]
    return severity, status


def test_apprise_opens_notes_acknowledges_and_closes(
    product: Product, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(opsgenie.OPSGENIE_API_LOOKUP, "us", f"{product.url}/v2/alerts")
    monkeypatch.setattr(NotifyOpsgenie, "request_rate_per_sec", 0)
    sender = NotifyOpsgenie(  # type: ignore[no-untyped-call] # Apprise leaves it untyped
        apikey=key, targets=None, priority=5, tags=["disk"], entity="web1"
    )

    assert sender.notify(body="99 % used", title="Disk full", notify_type=NotifyType.FAILURE)
    assert state(product, "Disk full") == ("info", "open")

    sender.action = "acknowledge"
    assert sender.notify(body="on it", notify_type=NotifyType.INFO)
    assert state(product, "Disk full") == ("info", "acknowledged")

    sender.action = "map"
    assert sender.notify(body="see the wiki", notify_type=NotifyType.INFO)
    assert sender.notify(body="done", notify_type=NotifyType.SUCCESS)
    assert state(product, "Disk full") == ("info", "resolved")


def test_the_documented_curl_opens_and_closes(product: Product, key: str) -> None:

    def curl(path: str, body: dict[str, str]) -> dict[str, object]:
        done = subprocess.run(
            [
                *("curl", "-sS", "-X", "POST", f"{product.url}/v2/alerts{path}"),
                *("-H", "Content-Type: application/json"),
                *("-H", f"Authorization: GenieKey {key}"),
                *("-d", json.dumps(body)),
            ],
            check=True,
            capture_output=True,
        )
        answer: dict[str, object] = json.loads(done.stdout)
        return answer

    opened = curl("", {"message": "An example", "alias": "event_573", "priority": "P1"})
    assert opened["result"] == "Request will be processed"
    assert state(product, "An example") == ("critical", "open")

    curl("/event_573/close?identifierType=alias", {"user": "script", "note": "done"})
    assert state(product, "An example") == ("critical", "resolved")
