"""How many statements each page may send, pinned in `query_budgets.json`, on the demo's data.

A page that asks once for each of its rows shows here at once. Where a page has to ask more,
`BUDGETS=write` writes the file anew; the difference is then part of the change.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.routing import Rule

from itsm import demo
from itsm.assets.models import Ci
from itsm.incidents.models import Incident
from itsm.monitoring.maintenance.models import MaintenanceWindow
from itsm.monitoring.models import Alert, Integration
from itsm.monitoring.snmp.models import TrapRule, TrapSource
from itsm.oncall.models import Page, Policy, Schedule
from itsm.people.models import Person, Team
from itsm.platform.database import db
from itsm.platform.house import House
from itsm.platform.intake import IntakeRow
from itsm.requests.models import ServiceRequest
from tests.cast import Browser
from tests.instances import Instance

BUDGETS = Path(__file__).with_name("query_budgets.json")
ARGUMENT = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
# A row that the demo has, for each argument of an address.
SAMPLES: dict[str, InstrumentedAttribute[int] | InstrumentedAttribute[str]] = {
    "alert_id": Alert.id,
    "integration_id": Integration.id,
    "key": Team.key,
    "message_id": IntakeRow.id,
    "page_id": Page.id,
    "policy_id": Policy.id,
    "rule_id": TrapRule.id,
    "schedule_id": Schedule.id,
    "source_id": TrapSource.id,
    "username": Person.username,
    "window_id": MaintenanceWindow.id,
}
# Files, what machines ask for, and forms behind a link or a mapping that the demo does not have.
NOT_PAGES = (
    "/api/",
    "/sw.js",
    "/static/",
    "/p/",
    "/setup",
    "/healthz",
    "/readyz",
    "/metrics",
    "/login",
)
READERS = ("agent", "admin", "assets")


@pytest.fixture(scope="module")
def shown(instances: Callable[[str], Instance]) -> House:
    house = instances("sqlite").fresh()
    demo.load(house)
    return house


def pages(house: House) -> Iterator[tuple[str, str]]:
    """Yield the rule and an address of every page whose arguments the demo has."""
    for rule in house.app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and not rule.rule.startswith(NOT_PAGES):
            path = address(house, rule)
            if path:
                yield rule.rule, path


def address(house: House, rule: Rule) -> str | None:
    numbers = {"assets": Ci.number, "requests": ServiceRequest.number}
    number = numbers.get(rule.rule.split("/")[1], Incident.number)
    path = rule.rule
    with house.work(writes=False) as work:
        for argument in ARGUMENT.findall(rule.rule):
            column = SAMPLES.get(argument, number if argument == "number" else None)
            value = column and work.session.scalar(select(column).order_by(column.desc()))
            if value is None:
                return None
            path = re.sub(rf"<(?:[^:<>]+:)?{argument}>", str(value), path)
    return path


@contextmanager
def counted(house: House) -> Iterator[list[str]]:
    """Collect the statements that read or change rows."""
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            statements.append(statement)

    with house.app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        yield statements
        event.remove(db.engine, "before_cursor_execute", note)


def measured(house: House) -> dict[str, int]:
    """Return how many statements each page sends once it has been opened before."""
    browsers = [Browser(house, name) for name in READERS]
    found: dict[str, int] = {}
    for rule, path in pages(house):
        for browser in browsers:
            if browser.get(path).status_code == 200:
                with counted(house) as statements:
                    browser.get(path)
                found[rule] = len(statements)
                break
    return found


def test_no_page_asks_more_than_it_used_to(shown: House) -> None:
    found = dict(sorted(measured(shown).items()))
    if os.environ.get("BUDGETS") == "write":
        BUDGETS.write_text(json.dumps(found, indent=2) + "\n")
    budgets = json.loads(BUDGETS.read_text())

    assert {page for page in found if page not in budgets} == set()
    assert {page: asked for page, asked in found.items() if asked > budgets[page]} == {}
