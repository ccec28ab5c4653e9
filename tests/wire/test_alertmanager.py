"""A real Prometheus and a real Alertmanager, firing and resolving against `itsm web`."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.servers import free_port, prometheus_with_alertmanager, running, wait_until
from tests.wire.product import Product

pytestmark = [pytest.mark.wire, pytest.mark.timeout(180)]


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
    webhook, port = product.integration("alertmanager"), free_port()
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
