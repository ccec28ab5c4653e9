"""Sentry: issues, alerts and errors under the issue's id, metric alerts, and what is only news."""

import json
from datetime import UTC, datetime

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.sentry import KIND
from itsm.monitoring.signal import Action, Reading, Signal

SENT_AT = {"sentry-hook-timestamp": "1772366400"}
PERSON = {"type": "user", "id": 7, "name": "Ann"}
ISSUE = {
    "id": "4711",
    "shortId": "SHOP-3",
    "title": "KeyError: 'basket'",
    "culprit": "shop.views in pay",
    "level": "error",
    "status": "unresolved",
    "firstSeen": "2026-03-01T11:00:00.500000Z",
    "metadata": {"type": "KeyError", "value": "'basket'"},
    "project": {"id": "2", "name": "Shop", "slug": "shop"},
    "permalink": None,
    "web_url": "https://sentry.example/issues/4711/",
}
EVENT = {
    "issue_id": "4711",
    "title": "KeyError: 'basket'",
    "level": "fatal",
    "datetime": "2026-03-01T11:30:00.000000Z",
    "tags": [["server_name", "web1.example.com"], ["release", "4.2"]],
    "web_url": "https://sentry.example/issues/4711/events/1/",
}
METRIC = {
    "id": "9",
    "organization_id": "5",
    "title": "Quick Otter",
    "date_started": "2026-03-01T11:00:00Z",
    "date_closed": None,
    "projects": ["shop", "api"],
    "alert_rule": {"name": "Too many errors", "aggregate": "count()", "query": ""},
}


def read(body: Json, **headers: str) -> Reading:
    return KIND.read(Message(json.dumps(body).encode(), headers), None)


def hook(action: str, actor: Json = None, **data: Json) -> dict[str, Json]:
    return {"action": action, "data": data, "actor": actor, "installation": {"uuid": "1"}}


def one(body: Json, headers: dict[str, str] | None = None) -> Signal:
    (signal,) = read(body, **(headers or {})).signals
    return signal


def test_a_new_issue_yields_all_that_it_says() -> None:
    signal = one(hook("created", issue=ISSUE))

    assert (signal.action, signal.source_key) == (Action.FIRE, "4711")
    assert (signal.title, signal.severity_word) == ("KeyError: 'basket'", "error")
    assert signal.body == "'basket'\nshop.views in pay"
    assert (signal.check, signal.hosts) == ("shop", ())
    assert signal.labels == {"shortId": "SHOP-3"}
    assert signal.starts_at == datetime(2026, 3, 1, 11, 0, 0, 500_000, UTC)
    assert signal.url == "https://sentry.example/issues/4711/"


@pytest.mark.parametrize(
    ("action", "means"),
    [
        ("created", Action.FIRE),
        ("unresolved", Action.FIRE),
        ("resolved", Action.RESOLVE),
        ("archived", Action.RESOLVE),
        ("ignored", Action.RESOLVE),
    ],
)
def test_each_action_on_an_issue_keeps_its_key(action: str, means: Action) -> None:
    signal = one(hook(action, issue=ISSUE))

    assert (signal.action, signal.source_key) == (means, "4711")


def test_what_ends_an_issue_is_dated_by_the_hook() -> None:
    resolved = one(hook("resolved", issue=ISSUE), SENT_AT)

    assert resolved.ended_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert one(hook("unresolved", issue=ISSUE), SENT_AT).starts_at == resolved.ended_at
    assert one(hook("resolved", issue=ISSUE)).ended_at is None


def test_a_person_who_takes_an_issue_acknowledges_it() -> None:
    assert one(hook("assigned", PERSON, issue=ISSUE)).action is Action.ACKNOWLEDGE


def test_a_rule_that_assigns_an_issue_acknowledges_nothing() -> None:
    reading = read(hook("assigned", {"type": "application"}, issue=ISSUE))

    assert (reading.signals, len(reading.notes)) == ((), 1)


@pytest.mark.parametrize("member", ["event", "error"])
def test_alerts_and_errors_share_the_key_of_their_issue(member: str) -> None:
    action = "triggered" if member == "event" else "created"

    signal = one(hook(action, **{member: EVENT, "triggered_rule": "Wake somebody"}))

    assert (signal.action, signal.source_key) == (Action.FIRE, "4711")
    assert (signal.severity_word, signal.hosts) == ("fatal", ("web1.example.com",))
    assert (signal.check, signal.labels["release"]) == ("Wake somebody", "4.2")
    assert signal.starts_at == datetime(2026, 3, 1, 11, 30, tzinfo=UTC)


def test_an_event_without_the_id_of_its_issue_is_found_by_its_address() -> None:
    event = EVENT | {"issue_id": None, "issue_url": "https://sentry.example/api/0/issues/4711/"}

    assert one(hook("triggered", event=event)).source_key == "4711"


@pytest.mark.parametrize(
    "tags",
    [[{"key": "server_name", "value": "web1"}], {"server_name": "web1"}, [["server_name", "web1"]]],
)
def test_tags_are_read_in_every_form(tags: Json) -> None:
    assert one(hook("triggered", event=EVENT | {"tags": tags})).hosts == ("web1",)


@pytest.mark.parametrize("word", ["critical", "warning"])
def test_a_metric_alert_keeps_its_key_from_worse_to_recovery(word: str) -> None:
    fire = one(hook(word, metric_alert=METRIC, description_text="9 events\\nFilter: x"))
    over = one(hook("resolved", metric_alert=METRIC), SENT_AT)

    assert (fire.action, fire.severity_word, fire.title) == (Action.FIRE, word, "Too many errors")
    assert (fire.body, fire.labels["projects"]) == ("9 events\nFilter: x", "shop, api")
    assert (over.action, over.source_key) == (Action.RESOLVE, fire.source_key)
    assert over.ended_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_metric_alert_and_an_issue_of_one_number_are_two_things() -> None:
    metric = one(hook("critical", metric_alert=METRIC | {"id": "4711"}))

    assert metric.source_key != one(hook("created", issue=ISSUE)).source_key


def test_the_older_plugin_posts_an_event_by_the_same_key() -> None:
    plugin = {
        "id": "4711",
        "project": "shop",
        "message": "KeyError",
        "culprit": "shop.views",
        "level": "warning",
        "url": "https://sentry.example/shop/issues/4711/",
        "event": {"received": 1772366400.5, "tags": [["server_name", "web1"]]},
    }

    signal = one(plugin)

    assert (signal.action, signal.source_key, signal.check) == (Action.FIRE, "4711", "shop")
    assert (signal.title, signal.severity_word, signal.hosts) == ("KeyError", "warning", ("web1",))
    assert signal.starts_at == datetime(2026, 3, 1, 12, 0, 0, 500_000, UTC)


def test_a_service_hook_names_its_group() -> None:
    body = {"project": {"slug": "shop"}, "group": {"id": 4711}, "event": {"title": "KeyError"}}

    assert (one(body).source_key, one(body).check) == ("4711", "shop")


@pytest.mark.parametrize(
    ("state", "means"), [("unresolved", Action.FIRE), ("resolved", Action.RESOLVE)]
)
def test_an_alert_on_activity_says_what_the_issue_is_now(state: str, means: Action) -> None:
    body = hook("triggered", issue=ISSUE | {"status": state})

    assert one(body, {"sentry-hook-resource": "activity_alert"}).action is means


@pytest.mark.parametrize("resource", ["installation", "comment", "seer"])
def test_what_is_no_alert_is_noted(resource: str) -> None:
    reading = read(hook("created", anything={}), **{"sentry-hook-resource": resource})

    assert (reading.signals, len(reading.notes)) == ((), 1)


def test_a_comment_is_news_without_its_header_too() -> None:
    assert read(hook("created", comment="On it", issue_id=4711)).notes


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        ({}, "data"),
        (hook("created"), "data"),
        (hook("created", issue=None), "data.issue"),
        (hook("exploded", issue=ISSUE), "action"),
        (hook("created", issue=ISSUE | {"id": ""}), "data.issue.id"),
        (hook("triggered", event={"title": "x"}), "data.event.issue_id"),
        (hook("escalated", metric_alert=METRIC), "action"),
        (hook("critical", metric_alert={}), "data.metric_alert.id"),
    ],
)
def test_what_cannot_be_read_is_named(body: Json, field: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(body)

    assert caught.value.field == field
