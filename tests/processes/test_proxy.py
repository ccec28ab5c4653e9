"""Who the product takes for its caller when a reverse proxy on the same host passes requests on."""

from collections.abc import Mapping

import pytest
from waitress.proxy_headers import proxy_headers_middleware
from werkzeug.test import Client

from itsm.platform.house import House
from itsm.processes import web

STRANGER = {"X-Forwarded-For": "203.0.113.9"}


def metrics(house: House, sender: str, headers: Mapping[str, str]) -> int:
    """Return how /metrics answers to `sender` through what waitress makes of the headers."""
    behind = proxy_headers_middleware(
        house.app.wsgi_app,
        trusted_proxy=web.PROXY,
        trusted_proxy_headers=web.PROXY_HEADERS,
        clear_untrusted=True,
    )
    client = Client(behind)
    return client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": sender}).status_code


@pytest.mark.parametrize(
    ("sender", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("127.0.0.1", STRANGER, 404),
        ("198.51.100.7", {}, 404),
        ("198.51.100.7", {"X-Forwarded-For": "127.0.0.1"}, 404),
    ],
)
def test_metrics_are_for_this_host_alone(
    house: House, sender: str, headers: Mapping[str, str], status: int
) -> None:
    assert metrics(house, sender, headers) == status
