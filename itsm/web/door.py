"""The HTTP door: one Work for each request, opened here, settled and committed here alone."""

import re
import secrets
import time
from http import HTTPStatus
from typing import cast

import structlog
from flask import Response, current_app, g, request  # noqa: TID251 - the one place that touches g
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_openapi3.openapi import OpenAPI
from flask_wtf import CSRFProtect
from werkzeug.exceptions import NotFound as NoRoute
from werkzeug.routing import IntegerConverter, ValidationError

from itsm.kernel.access import ANONYMOUS, Actor
from itsm.kernel.errors import Denied
from itsm.kernel.work import Origin, Work
from itsm.platform import metrics
from itsm.platform.house import House
from itsm.web.needs import Caller, Declared, declared

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ROW_IDS_END = 2**63
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
csrf = CSRFProtect()


class Anonymous(Exception):
    """Nobody is logged in where somebody must be (HTTP 401)."""


class ForgedRequest(Exception):
    """The request comes from another site's page (HTTP 403)."""


class DeskApp(OpenAPI):
    """The Flask application; it passes every request through the door."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Open a Work, let the view answer, then settle and commit unless it refused."""
        if request.routing_exception is not None:
            self.raise_routing_exception(request)
        endpoint = cast("str", request.endpoint)
        declaration = declared(self, endpoint)
        if declaration is None:
            raise NoRoute
        work = _open(declaration)
        _admit(work, declaration)
        response = self.make_response(super().dispatch_request())
        if response.status_code < HTTPStatus.BAD_REQUEST or g.get("keep"):
            house().close(work)
        return response


def house() -> House:
    """Return the house of the running application."""
    return cast("House", current_app.extensions["itsm"])


def has_work() -> bool:
    """Tell whether this request got as far as a Work; one for an unknown address does not."""
    return "work" in g


def current_work() -> Work:
    """Return the Work of this request."""
    return cast("Work", g.work)


def keep() -> None:
    """Commit this request's Work although its answer is an error.

    For what a refusal has to leave behind, such as a message that could not be understood.
    """
    g.keep = True


def request_id() -> str:
    """Return the id of this request, which its logs, journal rows and jobs bear."""
    return cast("str", g.request_id)


class RowIdConverter(IntegerConverter):
    """A number in an address that a row's id can be; a longer one leads nowhere (404)."""

    def to_python(self, value: str) -> int:
        """Return the number. Raises ValidationError where no id is that large."""
        number = super().to_python(value)
        if number >= ROW_IDS_END:
            raise ValidationError
        return int(number)


def install(app: DeskApp) -> None:
    """Attach the door's hooks to the application."""
    app.url_map.converters["int"] = RowIdConverter
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_close)


def _begin() -> None:
    offered = request.headers.get("X-Request-Id", "")
    g.request_id = offered if REQUEST_ID.fullmatch(offered) else secrets.token_hex(8)
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _open(declaration: Declared) -> Work:
    writes = request.method not in SAFE or declaration.writes
    origin = Origin(_door(), g.request_id, request.remote_addr or "")
    g.work = house().open(ANONYMOUS, origin, writes=writes)
    return cast("Work", g.work)


def _admit(work: Work, declaration: Declared) -> None:
    if declaration.caller is Caller.MACHINE:
        return
    actor = _actor()
    if actor is not None:
        work.actor = actor
    # Whose session ended is asked to log in again; that their form's token went with it matters
    # only after that.
    if actor is None and declaration.caller is not Caller.ANYONE:
        raise Anonymous
    if request.method not in SAFE and not _by_token():
        _refuse_forgery()
    if actor is None or declaration.caller is Caller.ANYONE:
        return
    if actor.reads_only and request.method not in SAFE:
        raise Denied("this token only reads")
    if declaration.permission is not None and not actor.holds(declaration.permission):
        raise Denied(f"this needs the permission {declaration.permission.value}")


def _actor() -> Actor | None:
    """Return who is logged in; the loaders stand in `itsm/people/login.py`."""
    return current_user.actor if current_user.is_authenticated else None


def _by_token() -> bool:
    return request.headers.get("Authorization", "").startswith("Bearer ")


def _refuse_forgery() -> None:
    origin = request.headers.get("Origin")
    if origin is not None and origin != "null" and origin.split("://")[-1] != request.host:
        raise ForgedRequest
    csrf.protect()


def _door() -> str:
    return "api" if request.path.startswith("/api/") else "web"


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    route = request.url_rule.rule if request.url_rule else "none"
    took = time.perf_counter() - g.started
    metrics.requests_served.labels(request.method, route, str(response.status_code)).observe(took)
    return response


def _close(error: BaseException | None) -> None:
    del error
    work: Work | None = g.pop("work", None)
    if work is not None:
        work.session.close()
