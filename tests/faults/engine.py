"""Processes of the product that tests start, kill and start again, with a clock that may be ahead.

They are forked from a server that has loaded the product and nothing else, since loading it anew
for each would take most of the time.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Final, NamedTuple

from aiosmtpd.smtp import Envelope, Session

from itsm.app import create_app, house_of
from itsm.kernel.clock import system_clock
from itsm.mail import receiver
from itsm.platform.house import House
from itsm.platform.runner import drain, fire
from tests.cast import Browser

PROCESSES: Final = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.faults.engine"])


@dataclass(frozen=True)
class Order:
    """What a process is to do, where, and whether it dies on the way.

    `post` posts each of `said` to the door of events, `acknowledge` presses the button behind the
    link with the token in `said`, `reply` receives Alice's mail that takes the page of that token,
    `run` fires timers and drains the outbox until all is still.
    """

    env: Mapping[str, str]
    verb: str
    said: Sequence[str] = ()
    kill_at: str = ""
    later_s: int = 0


class Ended(NamedTuple):
    """How a process ended, and the HTTP statuses that it saw."""

    status: int | None
    statuses: list[int]


@dataclass
class Running:
    """A process at work."""

    process: ForkServerProcess
    told: Connection
    statuses: list[int] = field(default_factory=list)

    def end(self, within: float = 100) -> Ended:
        """Wait for its end."""
        try:
            while self.told.poll(within):
                self.statuses.append(self.told.recv())
        except EOFError:
            self.told.close()
        self.process.join(within)
        return Ended(self.process.exitcode, self.statuses)


def start(order: Order) -> Running:
    """Start a process."""
    told, telling = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=carry_out, args=(order, telling), daemon=True)
    process.start()
    telling.close()
    return Running(process, told)


def carry_out(order: Order, telling: Connection) -> None:
    """Do what is ordered, in a process of its own."""
    os.environ |= order.env
    os.environ["ITSM_KILL_AT"] = order.kill_at
    ahead = timedelta(seconds=order.later_s)

    def clock() -> datetime:
        return system_clock() + ahead

    house = house_of(create_app(clock=clock))
    if order.verb == "run":
        while fire(house) + drain(house):
            pass
    for said in order.said:
        telling.send(DOORS[order.verb](house, said))


def post(house: House, body: str) -> int:
    client = house.app.test_client()
    return client.post("/v2/enqueue", data=body, content_type="application/json").status_code


def acknowledge(house: House, token: str) -> int:
    return Browser(house).post(f"/p/{token}/acknowledge").status_code


def reply(house: House, token: str) -> int:
    return asyncio.run(_reply(house, token))


async def _reply(house: House, token: str) -> int:
    envelope = Envelope()
    envelope.mail_from = "alice@example.org"
    envelope.rcpt_tos = [f"page+{token}@{house.settings.mail_domain}"]
    envelope.content = (
        "From: Alice Archer <alice@example.org>\r\n"
        f"To: {envelope.rcpt_tos[0]}\r\n"
        f"Message-ID: <{token}@example.org>\r\n"
        "Subject: Re: Critical\r\n\r\nACK\r\n"
    ).encode()
    session = Session(asyncio.get_running_loop())
    server = receiver.protocol(receiver.Handler(house))
    return int((await receiver.Handler(house).handle_DATA(server, session, envelope))[:3])


DOORS: Final[Mapping[str, Callable[[House, str], int]]] = {
    "post": post,
    "acknowledge": acknowledge,
    "reply": reply,
}
