"""Every address of the product says who may use it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from itsm.platform.house import House
from itsm.web.needs import Caller, check_all, declared

READING = {"GET", "HEAD", "OPTIONS"}
# Machines bring a key of their own or ask for what is no secret; cookies mean nothing there.
MACHINE_DOORS = (
    "/hooks/",
    "/providers/",
    "/v2/",
    "/static/",
    "/sw.js",
    "/healthz",
    "/readyz",
    "/metrics",
    "/notifications/leave/",
    "/answer/",
    "/approvals/by-link/",
    "/surveys/rate/",
)


def rules(house: House) -> Iterator[Rule]:
    yield from house.app.url_map.iter_rules()


def test_every_route_declares_who_may_use_it(house: House) -> None:
    assert [r.rule for r in rules(house) if declared(house.app, r.endpoint) is None] == []


def test_a_route_that_declares_nothing_stops_the_start() -> None:
    app = Flask("forgetful", static_folder=None)
    app.add_url_rule("/secret", view_func=lambda: "secret", endpoint="secret")

    with pytest.raises(RuntimeError, match="/secret"):
        check_all(app)


def test_only_machine_doors_go_without_a_person(house: House) -> None:
    machines = [
        rule.rule
        for rule in rules(house)
        if (found := declared(house.app, rule.endpoint)) and found.caller is Caller.MACHINE
    ]

    assert [rule for rule in machines if not rule.startswith(MACHINE_DOORS)] == []


def test_what_anyone_may_use_says_why(house: House) -> None:
    found = {rule.rule: declared(house.app, rule.endpoint) for rule in rules(house)}

    assert [
        rule for rule, it in found.items() if it and it.permission is None and not it.reason
    ] == []


def test_a_get_that_writes_is_rare(house: House) -> None:
    writing = [
        rule.rule
        for rule in rules(house)
        if (found := declared(house.app, rule.endpoint))
        and found.writes
        and (rule.methods or set()) <= READING
    ]

    assert writing == []
