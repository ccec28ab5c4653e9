"""The demo instance: people, CIs, schedules and tickets to try the product with.

Everything is entered through the services, at the time at which it is said to have happened.
"""

from datetime import datetime, timedelta

from itsm.demo import (
    alerts,
    cis,
    integrations,
    maintenance,
    oncall,
    past,
    people,
    stories,
    surveys,
    tasks,
)
from itsm.demo.integrations import Door
from itsm.demo.past import ORIGIN
from itsm.demo.stories import Stage
from itsm.kernel.access import SYSTEM
from itsm.kernel.errors import Refused
from itsm.kernel.work import Work
from itsm.people import queries
from itsm.people.service import DEMO_LOGINS, DEMO_PASSWORD
from itsm.platform import instance
from itsm.platform.house import House

FILLED = "demo_filled"
SET_UP = timedelta(days=90)
WIDTH = 12


def load(house: House) -> list[tuple[str, str]]:
    """Fill a fresh instance; return (kind, address) of the integrations that were made.

    Does nothing, and returns nothing, where there are people already. Raises Refused for a demo
    that was interrupted while it was filled.
    """
    with house.work(SYSTEM, ORIGIN, writes=False) as work:
        if not queries.nobody_yet(work):
            _must_be_whole(work)
            return []
        now = work.now
    stage, doors = _set_up(house, now)
    told = [*stories.deeds(stage, now), *alerts.deeds(stage, doors, now), *surveys.deeds(now)]
    past.play(house, told)
    past.catch_up(house, now)
    integrations.remember(house, doors)
    with house.work(SYSTEM, ORIGIN) as work:
        oncall.swap(work, now)
        oncall.plan(work, now)
        stories.save_views(work, stage)
        stories.save_templates(work, stage)
        stories.tag_many(work, stage)
        tasks.enter(work, stage, now)
        instance.put(work, FILLED, value=True)
    with house.work(stage.actors["oncall"], ORIGIN) as work:
        oncall.ask_for_cover(work, now)
        maintenance.plan(work, now)
    return integrations.remembered(house)


def _must_be_whole(work: Work) -> None:
    if instance.get(work, instance.DEMO) is True and instance.get(work, FILLED) is not True:
        raise Refused("the demo was interrupted while it was filled: remove its folder or database")


def welcome(house: House, made: list[tuple[str, str]]) -> str:
    """Return what is printed at start: the address, the logins, the integrations."""
    settings = house.settings
    here, community = integrations.HERE, integrations.COMMUNITY
    traps = f"{settings.trap_bind} (UDP), community {community}, from {here} alone"
    addresses = [*(made or integrations.remembered(house)), ("snmp", traps)]
    lines = [
        f"The demo is at {settings.public_url}",
        f"Logins, each with the password {DEMO_PASSWORD}: {', '.join(DEMO_LOGINS)}",
        "Monitoring systems may post to:",
        *(f"  {kind:{WIDTH}}  {address}" for kind, address in addresses),
        "Ctrl-C stops all of it.",
    ]
    return "\n".join(lines)


def _set_up(house: House, now: datetime) -> tuple[Stage, list[Door]]:
    before = past.at(house, now - SET_UP)
    with before.work(SYSTEM, ORIGIN) as work:
        people.enter(work)
    with before.work(SYSTEM, ORIGIN) as work:
        numbers = cis.enter(work)
        oncall.enter(work, now)
        doors = integrations.enter(work)
        surveys.turn_on(work)
        return Stage(people.actors(work), numbers), doors
