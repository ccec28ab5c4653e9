"""A real Prometheus and a real Alertmanager, firing and resolving against `itsm web`."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import requests

from tests.servers import (
    Server,
    free_port,
    prometheus_with_alertmanager,
    running,
    wait_until,
)

pytestmark = [pytest.mark.wire, pytest.mark.timeout(180)]

ROOT = Path(__file__).parents[2]
ITSM = [sys.executable, "-m", "itsm"]


class Product:
    """`itsm web` on an empty SQLite instance, and what its API says of alerts."""

    def __init__(self, home: Path) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self.env = os.environ | {
            "ITSM_HOME": str(home),
            "ITSM_BIND": self.url.removeprefix("http://"),
            "PYTHONPATH": str(ROOT),
            "ITSM_SECRET_KEY": "a key for tests that is long enough to be one",
        }
        self.server = Server(
            [*ITSM, "web"], answers=self._ready, log=home / "web.log", env=self.env
        )
        self._itsm("init")
        self._itsm("user", "add", "robot", "--role", "admin")
        token = json.loads(
            self._itsm("token", "add", "--user", "robot", "--scope", "all", "--json")
        )
        self.headers = {"Authorization": f"Bearer {token['token']}"}

    def integration(self) -> str:
        """Let an Alertmanager in and return where it posts."""
        added = self._itsm("integration", "add", "alertmanager", "Berlin", "--json")
        return str(json.loads(added)["url"])

    def alerts(self) -> list[dict[str, object]]:
        answer = requests.get(f"{self.url}/api/v1/alerts", headers=self.headers, timeout=10)
        answer.raise_for_status()
        items: list[dict[str, object]] = answer.json()["items"]
        return items

    def _ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).ok
        except requests.ConnectionError:
            return False

    def _itsm(self, *words: str) -> str:
        done = subprocess.run(
            [*ITSM, *words], env=self.env, cwd=ROOT, check=True, capture_output=True, text=True
        )
        return done.stdout


class Metrics(BaseHTTPRequestHandler):
    """The least that Prometheus can scrape."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"x 1\n")

    def log_message(self, *_: object) -> None:
        """Say nothing: the log of the test is for the test."""


@contextmanager
def target(port: int) -> Iterator[None]:
    """Serve metrics on a port for the block."""
    server = HTTPServer(("127.0.0.1", port), Metrics)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_an_outage_fires_and_recovers_as_one_alert(tmp_path: Path) -> None:
    product = Product(tmp_path)
    webhook, port = product.integration(), free_port()
    with (
        running(product.server),
        prometheus_with_alertmanager(webhook=webhook, target=port),
    ):
        wait_until(lambda: bool(product.alerts()), "the alert firing")
        (fired,) = product.alerts()
        with target(port):
            wait_until(lambda: product.alerts()[0]["status"] == "resolved", "the alert resolving")

    assert (fired["status"], fired["severity"], fired["check"]) == (
        "open",
        "critical",
        "InstanceDown",
    )
    assert fired["hosts"] == [f"127.0.0.1:{port}"]
    assert fired["title"] == f"down 127.0.0.1:{port}"
