"""The door of Opsgenie's alert API, for tools that speak to no other.

A request is carried out at once and answered as Opsgenie does, which takes it up and tells later
what became of it. The id of a request is that of the kept message, written as a UUID.
"""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import Blueprint, Response, current_app, json, request

from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.monitoring import arrival, hooks, intake, opsgenie_json, queries, remarks
from itsm.monitoring.body import Json, TooLarge, Unreadable, message
from itsm.monitoring.intake import Posted
from itsm.monitoring.kinds.opsgenie import ACTION, ALIAS, CREATE, KIND, said
from itsm.monitoring.models import Alert
from itsm.monitoring.signal import Source
from itsm.monitoring.states import State
from itsm.platform.intake import IntakeRow
from itsm.web.door import current_work, keep
from itsm.web.needs import machine

P = ParamSpec("P")
opsgenie = Blueprint("opsgenie", __name__)
SCHEME = "geniekey"
WHY = "the GenieKey in the Authorization header is one integration's own"
ACTIONS = "acknowledge, unacknowledge, close, snooze, notes"
IDENTIFIER_TYPES = ("id", "tiny", "alias")
MOST_DIGITS = 19
UNPROCESSABLE = "Request body is not processable. Please check the errors."
# Version 8 of RFC 9562 leaves all bits to whoever makes it; the lower half holds the number.
_MARK = 0x6F70_7367_656E_8000
_VARIANT = 0b10 << 62


@dataclass(frozen=True, slots=True)
class Call:
    """One request of an integration: who asks, and since when."""

    work: Work
    source: Source
    began: float

    def answer(self, said: Mapping[str, Json], status: int, kept_as: str = "") -> Response:
        """Answer as the API does: with the time that it took and the id of the request."""
        return _answer(said, status, self.began, kept_as)

    def refuse(
        self, status: int, reason: str, errors: Mapping[str, str] | None = None, kept_as: str = ""
    ) -> Response:
        """Refuse as the API does: with the reason, and what is wrong by field."""
        said: dict[str, Json] = {"message": reason}
        return self.answer(said | ({"errors": errors} if errors else {}), status, kept_as)


def keyed(view: Callable[Concatenate[Call, P], Response]) -> Callable[P, Response]:
    """Let in who brings the key of an integration."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        began = time.perf_counter()
        work = current_work()
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        source = intake.admit(work, key.strip(), None) if scheme.lower() == SCHEME else None
        if source is not None:
            return view(Call(work, source, began), *args, **kwargs)
        response = _answer({"message": "Could not authenticate"}, 401, began)
        response.headers["WWW-Authenticate"] = "GenieKey"
        return response

    return guarded


@opsgenie.post("/v2/alerts")
@machine(WHY)
@keyed
def create(call: Call) -> Response:
    """Create an alert, or count it where one of its alias is open."""
    return _carry_out(call, CREATE, str(uuid.uuid4()))


@opsgenie.post(f"/v2/alerts/<path:identifier>/<any({ACTIONS}):asked>")
@machine(WHY)
@keyed
def act(call: Call, identifier: str, asked: str) -> Response:
    """Do to an alert what the address asks."""
    errors = _identifier_errors(identifier)
    if errors:
        return call.refuse(422, UNPROCESSABLE, errors)
    if _identifier_type() == "alias":
        return _carry_out(call, asked, identifier.strip())
    alert = _alert(call, identifier)
    return _carry_out(call, asked, alert.source_key if alert else "")


@opsgenie.get("/v2/alerts/<path:identifier>")
@machine(WHY)
@keyed
def show(call: Call, identifier: str) -> Response:
    """Show an alert."""
    errors = _identifier_errors(identifier)
    if errors:
        return call.refuse(422, UNPROCESSABLE, errors)
    alert = _alert(call, identifier)
    if alert is None:
        return call.refuse(404, f"Alert with id [{identifier[:200]}] does not exist")
    return call.answer({"data": opsgenie_json.alert(alert)}, 200)


@opsgenie.get("/v2/alerts/requests/<request_id>")
@machine(WHY)
@keyed
def show_request(call: Call, request_id: str) -> Response:
    """Tell what became of a request."""
    row = _kept(call, request_id)
    if row is None:
        return call.refuse(404, "Request not found. It might not be processed, yet.")
    return call.answer({"data": opsgenie_json.outcome(row, _by_alias(call, _alias_of(row)))}, 200)


def _identifier_type() -> str:
    return request.args.get("identifierType", "id").lower()


def _identifier_errors(identifier: str) -> dict[str, str]:
    if _identifier_type() not in IDENTIFIER_TYPES:
        return {"identifierType": f"should be one of [ {', '.join(IDENTIFIER_TYPES)} ]"}
    return {"identifier": "holds the character NUL"} if "\0" in identifier else {}


def _carry_out(call: Call, asked: str, alias: str) -> Response:
    """Keep a request, apply it, and answer that it will be processed, as it has been."""
    headers = {**hooks.headers_sent(), ACTION: asked, ALIAS: alias}
    posted = Posted(KIND.name, hooks.body_sent(), headers)
    try:
        receipt = hooks.take(call.work, call.source, posted)
    except TooLarge:
        keep()
        return call.refuse(413, "A request may have 1 MiB at most")
    if isinstance(receipt, Response):
        response = call.refuse(receipt.status_code, receipt.get_json()["detail"])
        response.headers["Retry-After"] = receipt.headers["Retry-After"]
        return response
    kept_as = id_of_request(receipt.intake_id)
    if not receipt.understood:
        keep()
        errors = {reject.field or "body": reject.reason for reject in receipt.rejects}
        return call.refuse(422, UNPROCESSABLE, errors, kept_as)
    if asked != CREATE:
        _remark(call, alias, asked, posted)
    return call.answer({"result": "Request will be processed"}, 202, kept_as)


def _remark(call: Call, alias: str, asked: str, posted: Posted) -> None:
    """Do what no signal says: pass the note on, and take an acknowledgement back."""
    alert = _by_alias(call, alias, lock=True)
    if alert is None:
        return
    sent = message(posted.raw, posted.headers)
    note = said(sent.document().root) if sent.body.strip() else ""
    if note:
        remarks.note(call.work, alert, note)
    if asked == "unacknowledge" and alert.state is State.ACKNOWLEDGED:
        remarks.take_back(call.work, alert)


def _alert(call: Call, identifier: str) -> Alert | None:
    """Return the alert that the address names, by the type of identifier that it names."""
    if _identifier_type() == "alias":
        return _by_alias(call, identifier.strip())
    if identifier.isascii() and identifier.isdigit() and len(identifier) < MOST_DIGITS:
        return queries.alert_of(call.work, call.source.id, alert_id=int(identifier))
    # An alert without an alias has one that was made for it, which is its id as well; some tools
    # take the id of the request for that of the alert.
    row = _kept(call, identifier)
    return _by_alias(call, _alias_of(row) if row else _uuid_in(identifier))


def _by_alias(call: Call, alias: str, *, lock: bool = False) -> Alert | None:
    if not alias:
        return None
    key = arrival.fingerprint_of(call.source.id, alias)
    return queries.alert_of(call.work, call.source.id, fingerprint=key, lock=lock)


def id_of_request(message_id: int) -> str:
    """Return the id of the request that is kept under this number."""
    return str(uuid.UUID(int=_MARK << 64 | _VARIANT | message_id))


def _uuid_in(identifier: str) -> str:
    try:
        return str(uuid.UUID(identifier))
    except ValueError:
        return ""


def _kept(call: Call, identifier: str) -> IntakeRow | None:
    """Return the kept request of that id, if this integration sent it."""
    written = _uuid_in(identifier)
    number = int(written.replace("-", "") or "0", 16) & (_VARIANT - 1)
    if written != id_of_request(number):
        return None
    try:
        row = queries.message(call.work, number)
    except NotFound:
        return None
    return row if row.source_id == call.source.id and row.kind == KIND.name else None


def _alias_of(row: IntakeRow) -> str:
    """Return the alias that a kept request is about, empty if it was refused."""
    headers = intake.headers_of(row)
    if headers.get(ACTION, CREATE) != CREATE:
        return headers.get(ALIAS, "")
    try:
        signals = KIND.read(message(row.body, headers), None).signals
    except (TooLarge, Unreadable):
        return ""
    return signals[0].source_key if signals else ""


def _answer(said: Mapping[str, Json], status: int, began: float, kept_as: str = "") -> Response:
    took = round(time.perf_counter() - began, 3)
    whole = {**said, "took": took, "requestId": kept_as or str(uuid.uuid4())}
    return current_app.response_class(json.dumps(whole), status=status, mimetype="application/json")
