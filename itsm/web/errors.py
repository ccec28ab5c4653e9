"""Errors as answers: problem+json (RFC 9457) for programs, a page for people; never a traceback."""

from http import HTTPStatus
from typing import Any

import structlog
from flask import Response, current_app, json, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from itsm.kernel.errors import Conflict, Denied, DomainError, Invalid, NotFound, Refused, TooMany
from itsm.web.door import Anonymous, DeskApp, ForgedRequest, request_id

log = structlog.get_logger()
MACHINE_PATHS = ("/api/", "/hooks/", "/v2/")
STATUS: dict[type[DomainError], int] = {
    Refused: 409,
    Invalid: 422,
    NotFound: 404,
    Denied: 403,
    Conflict: 412,
    TooMany: 429,
}


def install(app: DeskApp) -> None:
    """Attach the handlers to the application."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(ValidationError, _validation)
    app.register_error_handler(Anonymous, _anonymous)
    app.register_error_handler(ForgedRequest, _forged)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _unavailable)
    app.register_error_handler(Exception, _unexpected)


def wants_json() -> bool:
    """Tell whether the caller is a program that is to get problem+json."""
    if request.path.startswith(MACHINE_PATHS):
        return True
    return request.accept_mimetypes.best == "application/json"


def problem(status: int, detail: str, **more: object) -> Response:
    """Return an RFC 9457 problem document with the request id."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "request_id": request_id(),
        **more,
    }
    return current_app.response_class(
        json.dumps(body), status=status, mimetype="application/problem+json"
    )


def field_errors(error: ValidationError) -> dict[str, str]:
    """Return what is wrong, by field name, from a pydantic error."""
    return {
        ".".join(str(part) for part in found["loc"]) or "body": str(found["msg"]).removeprefix(
            "Value error, "
        )
        for found in error.errors()
    }


def answer(status: int, detail: str, **more: object) -> AnyResponse:
    """Return the error as the caller can read it."""
    if wants_json():
        return problem(status, detail, **more)
    page = render_template("errors/error.html", status=status, detail=detail, **_page_context())
    return current_app.response_class(page, status=status)


def _page_context() -> dict[str, Any]:
    return {"request_id": request_id()}


def _domain(error: DomainError) -> AnyResponse:
    more: dict[str, object] = {}
    if isinstance(error, Refused) and error.legal:
        more["legal"] = list(error.legal)
    if isinstance(error, Invalid) and error.fields:
        more["errors"] = error.fields
    response = answer(STATUS[type(error)], str(error), **more)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _validation(error: ValidationError) -> AnyResponse:
    fields = field_errors(error)
    detail = "; ".join(f"{name}: {message}" for name, message in fields.items())
    return answer(422, detail, errors=fields)


def _anonymous(error: Anonymous) -> AnyResponse:
    del error
    if wants_json():
        response = problem(401, "send a token as Authorization: Bearer")
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    if request.headers.get("HX-Request"):
        return answer(401, "your session has ended")
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("login.form", next=wanted), code=303)


def _forged(error: Exception) -> AnyResponse:
    del error
    return answer(403, "the form is too old or not ours: reload the page and send it again")


def _stale(error: StaleDataError) -> AnyResponse:
    del error
    status = 412 if "If-Match" in request.headers else 409
    return answer(status, "somebody else changed this meanwhile: reload and try again")


def _http(error: HTTPException) -> AnyResponse:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    response = answer(error.code, _detail(error))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _detail(error: HTTPException) -> str:
    if error.code == HTTPStatus.NOT_FOUND:
        return "there is nothing here"
    return str(error.description or HTTPStatus(error.code or 500).phrase)


def _unavailable(error: OperationalError) -> AnyResponse:
    log.error("database unavailable", reason=type(error.orig).__name__)
    response = answer(503, "the database is not available: try again in a moment")
    response.headers["Retry-After"] = "5"
    return response


def _unexpected(error: Exception) -> AnyResponse:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return _unavailable(OperationalError(None, None, error.orig or error))
    # The route and not the path: the path of a webhook holds its key.
    log.error("request failed", route=str(request.url_rule), exc_info=error)
    return answer(500, "something broke on our side")
