"""What the resources of `/api/v1` share: one-time answers, entity tags, and lists in pages."""

import hashlib
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, ParamSpec

from flask import Response, current_app, json, request
from pydantic import BaseModel, ConfigDict, Field

from itsm.kernel.errors import Conflict
from itsm.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT
from itsm.platform import idempotency
from itsm.web.door import current_work

P = ParamSpec("P")
PREFIX = "/api/v1"
SECURITY: list[dict[str, list[str]]] = [{"token": []}]


class Problem(BaseModel):
    """An RFC 9457 problem document."""

    type: str = Field(examples=["about:blank"])
    title: str
    status: int
    detail: str
    request_id: str
    errors: dict[str, str] = Field(default={}, description="what is wrong, by field")
    legal: list[str] = Field(default=[], description="what is possible instead")


# What any resource may answer besides what it says itself.
RESPONSES: dict[str | int | HTTPStatus, Any] = {
    status: {
        "description": meaning,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
    for status, meaning in {
        "401": "no valid token",
        "403": "the token's owner may not do this",
        "404": "it does not exist, or not for the token's owner",
        "422": "the input is not understood; see `errors`",
    }.items()
}


class ListQuery(BaseModel):
    """How much of a list, and from where."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(default=None, description="`next` of the page before")


def answer(body: object, status: int = 200, *, version: int | None = None) -> Response:
    """Return `body` as JSON, with an ETag where it has a version."""
    response = current_app.response_class(
        json.dumps(body), status=status, mimetype="application/json"
    )
    if version is not None:
        response.set_etag(f"v{version}")
    return response


def nothing() -> Response:
    """Return the answer to what leaves nothing to say."""
    return current_app.response_class(status=204)


def check_match(version: int) -> None:
    """Raise Conflict if the request has an If-Match that `version` does not meet."""
    if request.if_match and not request.if_match.contains(f"v{version}"):
        raise Conflict("somebody else changed this meanwhile: read it again")


def once(view: Callable[P, Response]) -> Callable[P, Response]:
    """Let a POST that bears an Idempotency-Key do its work once, and answer repeats the same."""

    @wraps(view)
    def answer_once(*args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get("Idempotency-Key")
        if not key:
            return view(*args, **kwargs)
        work = current_work()
        first = idempotency.claim(work, key, _fingerprint())
        if first is not None:
            response = answer(first[1], first[0])
            response.headers["Idempotent-Replayed"] = "true"
            return response
        response = view(*args, **kwargs)
        idempotency.answered(work, key, response.status_code, response.get_json(silent=True))
        return response

    return answer_once


def _fingerprint() -> str:
    start = f"{request.method} {request.full_path}\n".encode()
    return hashlib.sha256(start + request.get_data(cache=True)).hexdigest()
