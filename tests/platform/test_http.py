import ipaddress
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from itsm.platform.http import Client, Forbidden, Unreachable, parse_networks, permitted


class Handler(BaseHTTPRequestHandler):
    """Counts what reaches it; /away leads elsewhere."""

    reached: list[str] = []  # noqa: RUF012 - emptied by the fixture

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        self.reached.append(self.path)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        away = self.path.startswith("/away")
        self.send_response(307 if away else 200)
        if away:
            self.send_header("Location", "http://127.0.0.2:1/inside")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Handler.reached.clear()
    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fe80::1%eth0",
     "192.168.1.1", "0.0.0.0",  # noqa: S104 - an address to refuse
     "224.0.0.1", "fd00::1", "100.64.0.1", "2002:7f00:1::"],
)  # fmt: skip
def test_what_is_not_public_is_not_called(address: str) -> None:
    assert not permitted(address, ())


def test_a_network_can_be_allowed_by_name() -> None:
    allowed = parse_networks("10.0.0.0/8, fd00::/8")

    assert permitted("10.1.2.3", allowed)
    assert permitted("fd00::1", allowed)
    assert not permitted("127.0.0.1", allowed)
    assert permitted("203.0.114.7", ())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_loopback_is_refused_however_it_is_spelled(server: str, host: str) -> None:
    port = server.rpartition(":")[2]

    with pytest.raises((Forbidden, Unreachable)):
        Client().post(f"http://{host}:{port}/", json={})
    assert Handler.reached == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://example.org/"])
def test_only_http_is_spoken(url: str) -> None:
    with pytest.raises(Forbidden):
        Client().post(url, json={})


def test_an_allowed_address_is_called(server: str) -> None:
    client = Client([ipaddress.ip_network("127.0.0.1/32")])

    assert client.post(f"{server}/hook", json={"a": 1}).body == b"ok"
    assert Handler.reached == ["/hook"]


def test_a_redirect_does_not_get_past_the_guard(server: str) -> None:
    client = Client([ipaddress.ip_network("127.0.0.1/32")])

    with pytest.raises((Forbidden, Unreachable)):
        client.post(f"{server}/away", json={})
    assert Handler.reached == ["/away"]


def test_what_is_fetched_is_fetched_from_there_and_nowhere_else(server: str) -> None:
    client = Client([ipaddress.ip_network("127.0.0.0/8")])

    assert client.get(f"{server}/hook").body == b"ok"
    assert client.get(f"{server}/away").status == 307
    assert Handler.reached == ["/hook", "/away"]


def test_a_name_that_leads_inside_is_not_fetched(server: str) -> None:
    port = int(server.rpartition(":")[2])
    inside = Client(resolve=lambda *_: [(2, 1, 6, "", ("127.0.0.1", port))])

    with pytest.raises((Forbidden, Unreachable)):
        inside.get("http://sns.eu-west-1.amazonaws.com/")
    assert Handler.reached == []
