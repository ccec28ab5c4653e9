"""The doors of monitoring systems: webhooks by key, and PagerDuty's Events API v2.

Answers are given after the commit, and never before; a message that is refused is kept as well.
"""

from collections.abc import Mapping

from flask import Blueprint, Response, current_app, json, request

from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.monitoring import body, intake, signatures
from itsm.monitoring.body import MAX_BYTES, Message, TooLarge, Unreadable
from itsm.monitoring.intake import Posted, Receipt
from itsm.monitoring.kinds import KINDS
from itsm.monitoring.queries import OVER_LIMIT
from itsm.monitoring.rate import Meter
from itsm.monitoring.service import Result
from itsm.monitoring.signal import Reading, Reject, Source
from itsm.monitoring.signatures import Certificates, NoCertificate
from itsm.platform.http import Client, parse_networks
from itsm.web.door import current_work, house, keep
from itsm.web.errors import problem
from itsm.web.needs import machine

hooks = Blueprint("hooks", __name__)
PAGERDUTY = "pagerduty"
INVALID_KEY = "Invalid routing key"
RETRY_S = 20


@hooks.post("/hooks/<kind>/<key>")
@machine("the key in the address is one integration's own")
def by_address(kind: str, key: str) -> Response:
    """Take a message whose key stands in the address."""
    return _receive(kind, key)


@hooks.post("/hooks/<kind>")
@machine("the key in the Authorization header is one integration's own")
def by_header(kind: str) -> Response:
    """Take a message whose key stands in the Authorization header."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return _receive(kind, key.strip() if scheme.lower() == "bearer" else "")


@hooks.post("/v2/enqueue")
@machine("the routing key in the body is one integration's own")
def enqueue() -> Response:
    """Take an alert event of PagerDuty's Events API v2."""
    return _receive_event("Event processed")


@hooks.post("/v2/change/enqueue")
@machine("the routing key in the body is one integration's own")
def enqueue_change() -> Response:
    """Take a change event of PagerDuty's Events API v2."""
    return _receive_event("Change event processed")


def _receive(kind: str, key: str) -> Response:
    """Answer a webhook: 202 with what became of each alert, else a problem document."""
    work = current_work()
    if kind not in KINDS:
        raise NotFound(f"there is no kind of integration '{kind[:40]}'")
    integration = intake.admit(work, key, kind)
    if integration is None:
        response = problem(401, "the key does not belong to an integration of this kind")
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    try:
        receipt = take(work, integration, _posted(kind, body_sent()))
    except TooLarge:
        keep()
        return problem(413, "a message may have 1 MiB at most, inflated as well")
    return receipt if isinstance(receipt, Response) else _receipt(receipt)


def _receive_event(processed: str) -> Response:
    """Answer as PagerDuty documents."""
    work = current_work()
    try:
        event = body.message(body_sent(), headers_sent())
        key = _routing_key(event)
        integration = intake.admit(work, key, None)
        if integration is None:
            return _invalid_event([INVALID_KEY])
        receipt = take(work, integration, _without_key(event, key))
    except Unreadable as error:
        return _invalid_event([f"{error.field} {error.reason}"])
    except TooLarge:
        return problem(413, "an event may have 1 MiB at most")
    if isinstance(receipt, Response):
        return receipt
    if not receipt.understood:
        keep()
        return _invalid_event([reject.reason for reject in receipt.rejects])
    answer = {"status": "success", "message": processed}
    if receipt.results:
        answer["dedup_key"] = receipt.results[0].source_key
    return _json(answer, 202)


def take(work: Work, integration: Source, posted: Posted) -> Receipt | Response:
    """Take a message in, unless its integration has sent more than it may: then it is kept."""
    try:
        unsigned = _unsigned(work, integration, posted)
    except NoCertificate as error:
        return _unproven(work, integration, posted, error)
    wait = _meter().take(work, integration)
    if not wait and unsigned:
        return intake.apply(work, integration, posted, Reading(rejects=(unsigned,)))
    if not wait:
        return intake.take(work, integration, posted)
    reason = f"{OVER_LIMIT} {integration.rate_per_minute} messages a minute"
    intake_id = intake.refuse(work, integration, posted, reason)
    keep()
    response = problem(429, f"{reason}: send it again later", id=intake_id)
    response.headers["Retry-After"] = str(wait)
    return response


def _unsigned(work: Work, integration: Source, posted: Posted) -> Reject | None:
    """Return why a message lacks the signature that its integration asks for."""
    if not integration.verify_signature:
        return None
    return signatures.unsigned(posted, _certificates(), work.now, lambda: intake.let_go(work))


def _unproven(work: Work, integration: Source, posted: Posted, error: NoCertificate) -> Response:
    """Have the source send a message again whose certificate cannot be had now."""
    reason = f"SigningCertURL {error}"
    intake_id = intake.refuse(work, integration, posted, reason)
    keep()
    response = problem(503, f"{reason}: send it again later", id=intake_id)
    response.headers["Retry-After"] = str(RETRY_S)
    return response


def _receipt(receipt: Receipt) -> Response:
    if receipt.understood:
        return _json(_accepted(receipt), 202)
    keep()
    first = receipt.rejects[0]
    errors = {reject.field or "body": reject.reason for reject in receipt.rejects}
    return problem(400, f"{first.field} {first.reason}", id=receipt.intake_id, errors=errors)


def _accepted(receipt: Receipt) -> dict[str, object]:
    return {
        "accepted": len(receipt.results),
        "alerts": [_as_json(result) for result in receipt.results],
        "rejected": [
            {
                "index": reject.index,
                "reason": f"{reject.field} {reject.reason}",
                "id": receipt.intake_id,
            }
            for reject in receipt.rejects
        ],
    }


def _as_json(result: Result) -> dict[str, object]:
    return {
        "id": result.alert_id,
        "fingerprint": result.fingerprint,
        "status": result.status,
        "outcome": result.outcome,
        "incident": result.incident,
    }


def body_sent() -> bytes:
    """Return the body, of which never more than the limit and one byte is read."""
    return request.stream.read(MAX_BYTES + 1)


def _posted(kind: str, raw: bytes) -> Posted:
    return Posted(kind, raw, headers_sent())


def headers_sent() -> Mapping[str, str]:
    """Return the headers of the request by names in lower case."""
    return {name.lower(): text for name, text in request.headers.items()}


def _routing_key(event: Message) -> str:
    """Return the key in the header or the body. Raises Unreadable."""
    offered = event.headers.get("x-routing-key", "")
    if offered:
        return offered
    said = event.document().root
    key = said.get("routing_key") if isinstance(said, dict) else None
    if not isinstance(key, str) or not key:
        raise Unreadable("'routing_key'", "is missing or blank")
    return key


def _without_key(event: Message, key: str) -> Posted:
    """Return the event as it is kept: inflated, its key overwritten since keys are secrets."""
    headers = {name: text for name, text in event.headers.items() if name != "content-encoding"}
    return Posted(PAGERDUTY, event.body.replace(key.encode(), b"*" * len(key)), headers)


def _invalid_event(errors: list[str]) -> Response:
    answer = {"status": "invalid event", "message": "Event object is invalid", "errors": errors}
    return _json(answer, 400)


def _json(answer: Mapping[str, object], status: int) -> Response:
    return current_app.response_class(
        json.dumps(answer), status=status, mimetype="application/json"
    )


def _certificates() -> Certificates:
    held: Certificates | None = current_app.extensions.get("itsm-certificates")
    if held is None:
        client = Client(parse_networks(house().settings.allow_networks))
        held = current_app.extensions.setdefault("itsm-certificates", Certificates(client))
    return held


def _meter() -> Meter:
    meter: Meter = current_app.extensions.setdefault("itsm-meter", Meter())
    return meter
