"""One process of the product with a shifted clock, for tests to start, kill and start again.

`post KEY` posts each line of standard input to the door of events and prints the statuses;
`acknowledge TOKEN` presses the button behind a page's link; `run` fires timers and drains the
outbox until all is still, once standard input ends. LATER_S seconds are added to the clock.
"""

import os
import sys
from datetime import datetime, timedelta

from itsm.app import create_app, house_of
from itsm.kernel.clock import system_clock
from itsm.platform.house import House
from itsm.platform.runner import drain, fire
from tests.cast import Browser

LATER = timedelta(seconds=int(os.environ.get("LATER_S", "0")))


def clock() -> datetime:
    return system_clock() + LATER


def post(house: House, key: str) -> None:
    client = house.app.test_client()
    for line in sys.stdin:
        body = line.replace("KEY", key)
        answer = client.post("/v2/enqueue", data=body, content_type="application/json")
        print(answer.status_code, flush=True)


def acknowledge(house: House, token: str) -> None:
    print(Browser(house).post(f"/p/{token}/acknowledge").status_code)


def run(house: House) -> None:
    sys.stdin.read()
    while fire(house) + drain(house):
        pass


def main(verb: str, *words: str) -> None:
    house = house_of(create_app(clock=clock))
    match verb:
        case "post":
            post(house, *words)
        case "acknowledge":
            acknowledge(house, *words)
        case "run":
            run(house)


if __name__ == "__main__":
    main(*sys.argv[1:])
