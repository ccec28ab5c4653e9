"""Processes of the product that tests start, kill and start again, with a clock that may be ahead.

They are forked from a server that has loaded the product and nothing else, since loading it anew
for each would take most of the time.
"""

import multiprocessing
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Final, NamedTuple

from itsm.app import create_app, house_of
from itsm.kernel.clock import system_clock
from itsm.platform.house import House
from itsm.platform.runner import drain, fire
from tests.cast import Browser

PROCESSES: Final = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.faults.engine"])


@dataclass(frozen=True)
class Order:
    """What a process is to do, where, and whether it dies on the way.

    `post` posts each of `said` to the door of events, `acknowledge` presses the button behind the
    link with the token in `said`, `run` fires timers and drains the outbox until all is still.
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
    match order.verb:
        case "post":
            for body in order.said:
                telling.send(post(house, body))
        case "acknowledge":
            for token in order.said:
                telling.send(Browser(house).post(f"/p/{token}/acknowledge").status_code)
        case "run":
            while fire(house) + drain(house):
                pass


def post(house: House, body: str) -> int:
    client = house.app.test_client()
    return client.post("/v2/enqueue", data=body, content_type="application/json").status_code
