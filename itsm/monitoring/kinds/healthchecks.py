"""Healthchecks: the webhook, whose body its users write from `$CODE`, `$STATUS` and such.

`$JSON` alone, or within the body as `check`, says the same and more.
"""

from itsm.monitoring import templated
from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.mapping import Mapping
from itsm.monitoring.signal import Action, Reading
from itsm.monitoring.templated import Facts, Note, Template, at, choice

_QUIET = Note("the check waits for its next ping, or is paused: nothing follows from it")
_STATES: dict[str, Action | Note] = {
    "down": Action.FIRE,
    "fail": Action.FIRE,
    "failed": Action.FIRE,
    "up": Action.RESOLVE,
    "success": Action.RESOLVE,
    "new": _QUIET,
    "grace": _QUIET,
    "started": _QUIET,
    "paused": _QUIET,
}
_CODES = (
    "/code",
    "/uuid",
    "/checkcode",
    "/checkid",
    "/check/uuid",
    "/uniquekey",
    "/check/uniquekey",
)
_NAMES = ("/name", "/checkname", "/check/name", "/slug", "/check/slug")
_STATUS = ("/status", "/checkstatus", "/state", "/check/status")


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of a flip; a check that is new or paused becomes a note."""
    return templated.read(message, mapping, _TEMPLATE)


def _action(facts: Facts) -> Action | Note:
    word = at(facts, *_STATUS)
    if not word:
        # One body is often sent for both ways, so that a recovery would fire.
        raise Unreadable("status", "is missing: send $STATUS")
    return choice(_STATES, word, "status")


def _key(facts: Facts, host: str, check: str) -> str:
    del host
    return at(facts, *_CODES) or at(facts, "/derived/code") or check


def _derived(facts: Facts) -> Facts:
    address = at(facts, "/pingurl", "/check/pingurl")
    name = at(facts, *_NAMES) or at(facts, *_CODES)
    return {
        "code": address.rstrip("/").rpartition("/")[2],
        "labels": {label: facts[label] for label in ("tags", "exitstatus") if facts.get(label)},
        "title": f"{name} is {at(facts, *_STATUS).lower()}" if name else "",
    }


_TEMPLATE = Template(
    places=Mapping(
        title=("/title", "/message", "/derived/title"),
        body=("/description", "/desc", "/check/desc", "/body"),
        host=("/host", "/hostname", "/server"),
        check=_NAMES,
        severity=("/severity", "/priority"),
        status=_STATUS,
        starts_at=("/now", "/timestamp", "/time"),
        url=("/url", "/detailsurl"),
        labels="/derived/labels",
    ),
    action=_action,
    key=_key,
    identity="code",
    derive=_derived,
)

KIND = Kind(
    name="healthchecks",
    label="Healthchecks",
    read=read,
    mapped=True,
    sample={
        "code": "00000000-0000-0000-0000-000000000001",
        "name": "Test from the integration page",
        "status": "down",
        "tags": "test",
        "severity": "info",
    },
    snippet=(
        "Integrations > Webhook, the same twice, for down and for up:\n"
        "  URL:     {url}\n"
        "  Method:  POST\n"
        "  Header:  Content-Type: application/json\n"
        '  Body:    {{"code": "$CODE", "name": "$NAME", "status": "$STATUS",\n'
        '            "tags": "$TAGS", "now": "$NOW"}}\n'
    ),
)
