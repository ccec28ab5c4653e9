"""A provider of pages that answers everything and remembers what it was handed."""

import http.server
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple


class Handed(NamedTuple):
    """One message: its idempotency key, title and link, and when it came (monotonic seconds)."""

    key: str
    title: str
    link: str
    at: float


@dataclass
class Provider:
    """Where pages arrive; `url` takes them by POST."""

    url: str = ""
    handed: list[Handed] = field(default_factory=list)

    @property
    def times(self) -> Counter[str]:
        """How often each key was handed over."""
        return Counter(handed.key for handed in self.handed)

    @property
    def tokens(self) -> list[str]:
        """The tokens of the links, in the order in which they came."""
        return [handed.link.rpartition("/")[2] for handed in self.handed]


@contextmanager
def provider() -> Iterator[Provider]:
    """Hold a provider open on a free loopback port."""
    remembers = Provider()

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            remembers.handed.append(
                Handed(body["key"], body["title"], body["link"], time.monotonic())
            )
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    remembers.url = f"http://127.0.0.1:{listener.server_port}/pages"
    try:
        yield remembers
    finally:
        listener.shutdown()
        listener.server_close()
