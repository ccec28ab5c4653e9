"""The whole product as `itsm run` starts it, a sender that does not give up, and what is broken."""

import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path

import requests

from tests import servers
from tests.faults.provider import Provider
from tests.faults.site import Site, event

ITSM = [sys.executable, "-c", "import itsm.cli; itsm.cli.main()"]


@dataclass
class Sender:
    """Sends alerts one by one, each until it is accepted; notes every status and when 202 came."""

    port: int
    key: str
    alerts: int
    pause: float
    statuses: list[int] = field(default_factory=list)
    accepted: dict[str, float] = field(default_factory=dict)

    def send_all(self) -> None:
        for number in range(self.alerts):
            name = f"host-{number:05}"
            while name not in self.accepted:
                self.send(name)
                time.sleep(self.pause)

    def send(self, name: str) -> None:
        url = f"http://127.0.0.1:{self.port}/v2/enqueue"
        try:
            status = requests.post(url, data=event(self.key, name), timeout=20).status_code
        except requests.RequestException:
            return
        self.statuses.append(status)
        if status == HTTPStatus.ACCEPTED:
            self.accepted[name] = time.monotonic()


@dataclass(frozen=True)
class Product:
    """Every process of the product on one site: the ports it serves, its log, its supervisor."""

    port: int
    traps: int
    log: Path
    supervisor: int = 0

    def pid(self, role: str) -> int:
        """Return the id of the process that has a role now, such as `web`, `worker` or `clock`."""
        return self._pids()[role]

    def kill(self, role: str, how: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to the process that has a role now; one that is just dead is left alone."""
        with suppress(ProcessLookupError):
            os.kill(self.pid(role), how)

    def ready(self) -> bool:
        """Tell whether its pages answer."""
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=5).ok
        except requests.RequestException:
            return False

    def hears_traps(self) -> bool:
        """Tell whether the receiver knows who may send; what came before that waits in memory."""
        return self.log.exists() and "listening for traps" in self.log.read_text()

    def _pids(self) -> Mapping[str, int]:
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line[:1] == "{"]
        return {line["process"]: line["pid"] for line in lines if line.get("event") == "started"}


@contextmanager
def product(site: Site) -> Iterator[Product]:
    """Run every process of the product on `site`."""
    home = Path(site.env["ITSM_HOME"])
    running = Product(
        servers.free_port(), servers.free_port(socket.SOCK_DGRAM), home / "product.log"
    )
    addresses = {
        "ITSM_BIND": f"127.0.0.1:{running.port}",
        "ITSM_TRAP_BIND": f"127.0.0.1:{running.traps}",
        "ITSM_SMTP_BIND": "",
    }
    everything = servers.Server(
        [*ITSM, "run"],
        answers=lambda: running.hears_traps() and running.ready(),
        log=running.log,
        env={**environment(site), **addresses},
    )
    with servers.running(everything):
        yield replace(running, supervisor=everything.pid)


def environment(site: Site) -> dict[str, str]:
    """Return what the commands of the product need in their environment, but for addresses."""
    here = str(Path(__file__).parents[2])
    return {**site.env, "ITSM_LOG_FORMAT": "json", "PYTHONPATH": here}


def during(sender: Sender, outage: Callable[[], None]) -> None:
    """Let the sender send from before the outage until all is accepted after it."""
    sending = threading.Thread(target=sender.send_all)
    sending.start()
    servers.wait_until(lambda: len(sender.accepted) > 2, "the first alerts being accepted")
    outage()
    sending.join()


def lateness(sender: Sender, provider: Provider) -> float:
    """Return the longest time from the answer to an alert to its page, in seconds."""
    paged = {handed.title.split()[1]: handed.at for handed in reversed(provider.handed)}
    return max(paged[name] - at for name, at in sender.accepted.items())
