"""New Relic: issues by a workflow's template, and incidents as notification channels sent them.

A workflow that was made out of an old channel sends issues in the old body; both are read alike.
"""

from collections.abc import Mapping as Names

from itsm.monitoring import fields
from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.mapping import Mapping
from itsm.monitoring.signal import Action, Reading
from itsm.monitoring.templated import Facts, Note, Template, at, choice
from itsm.monitoring.templated import read as read_templated

STATES: Names[str, Action | Note] = {
    "open": Action.FIRE,
    "opened": Action.FIRE,
    "created": Action.FIRE,
    "activated": Action.FIRE,
    "active": Action.FIRE,
    "acknowledged": Action.ACKNOWLEDGE,
    "closed": Action.RESOLVE,
    "resolved": Action.RESOLVE,
    "deactivated": Action.RESOLVE,
    "test": Note("a test of the notification channel"),
}
_STATE = ("/currentstate", "/state", "/issuestate", "/status")
_CONDITION = (
    "/conditionname",
    "/alertconditionnames/0",
    "/alertconditionnames",
    "/accumulations/conditionname/0",
)


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of a notification."""
    return read_templated(message, mapping, _TEMPLATE)


def _action(facts: Facts) -> Action | Note:
    action = choice(STATES, at(facts, *_STATE), "state")
    # An issue that somebody took is still active; only the trigger tells.
    trigger = at(facts, "/trigger", "/triggerevent").upper()
    if action is Action.FIRE and "ACKNOWLEDG" in trigger and "UNACKNOWLEDG" not in trigger:
        return Action.ACKNOWLEDGE
    return action


def _key(facts: Facts, host: str, check: str) -> str:
    account = at(facts, "/accountid", "/nraccountid")
    trouble = at(facts, "/incidentid", "/issueid", "/id")
    if trouble:
        return f"{account} {trouble}".strip()
    policy = at(facts, "/policyname", "/alertpolicynames/0")
    parts = {"account": account, "policy": policy, "condition": check, "host": host}
    return fields.identity(parts) if check else ""


def _derive(facts: Facts) -> Facts:
    named = at(facts, "/targets/0/name", "/targets/name")
    condition = at(facts, *_CONDITION)
    names = {
        "policy": at(facts, "/policyname", "/alertpolicynames/0", "/accumulations/policyname/0"),
        "condition": condition,
        "account": at(facts, "/accountname", "/accountid", "/nraccountid"),
        "type": at(facts, "/targets/0/type", "/targets/type"),
    }
    return {
        "title": f"{condition} on {named}" if condition and named else condition,
        "labels": {name: text for name, text in names.items() if text},
    }


_TEMPLATE = Template(
    places=Mapping(
        title=("/title/0", "/title", "/annotations/title/0", "/derived/title", "/details"),
        body=(
            "/details",
            "/description",
            "/annotations/description/0",
            "/conditiondescription",
        ),
        host=(
            "/targets/0/name",
            "/targets/name",
            "/targets/0/labels/fullhostname",
            "/targets/0/labels/hostname",
            "/targets/0/labels/host",
            "/targets/1/name",
            "/impactedentities/0",
            "/impactedentities/1",
            "/impactedentities",
            "/entitiesdata/names/0",
            "/entityname",
            "/hostname",
        ),
        check=_CONDITION,
        severity=("/severity", "/priority"),
        status=_STATE,
        starts_at=("/createdat", "/issuecreatedat", "/openedat", "/timestamp"),
        ended_at=("/closedat", "/issueclosedat", "/updatedat", "/issueupdatedat", "/timestamp"),
        url=("/issuepageurl", "/issueurl", "/incidenturl", "/violationcharturl", "/url"),
        labels="/derived/labels",
    ),
    action=_action,
    key=_key,
    identity="issueId",
    derive=_derive,
)

KIND = Kind(
    name="newrelic",
    label="New Relic",
    read=read,
    mapped=True,
    sample={
        "id": "test",
        "state": "ACTIVATED",
        "trigger": "STATE_CHANGE",
        "priority": "INFO",
        "title": "Test from the integration page",
        "impactedEntities": ["test.example.com"],
    },
    snippet=(
        "Destination, Webhook, endpoint URL:  {url}\n"
        "Workflow, Notify, template:\n"
        "{{\n"
        '  "id": {{{{ json issueId }}}},\n'
        '  "account_id": {{{{ json nrAccountId }}}},\n'
        '  "issueUrl": {{{{ json issuePageUrl }}}},\n'
        '  "title": {{{{ json annotations.title.[0] }}}},\n'
        '  "description": {{{{ json annotations.description.[0] }}}},\n'
        '  "priority": {{{{ json priority }}}},\n'
        '  "state": {{{{ json state }}}},\n'
        '  "trigger": {{{{ json triggerEvent }}}},\n'
        '  "impactedEntities": {{{{ json entitiesData.names }}}},\n'
        '  "alertPolicyNames": {{{{ json accumulations.policyName }}}},\n'
        '  "alertConditionNames": {{{{ json accumulations.conditionName }}}},\n'
        '  "createdAt": {{{{ createdAt }}}},\n'
        '  "updatedAt": {{{{ updatedAt }}}}\n'
        "}}\n"
    ),
)
