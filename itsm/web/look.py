"""How a browser wants the product to look: its theme and the width of the rail, in two cookies."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from itsm.web.components import RAILS, THEMES
from itsm.web.needs import public

YEAR = 365 * 24 * 3600

look = Blueprint("look", __name__)


@look.post("/look")
@public("a cookie of the visitor's own browser, which holds no secret")
def choose() -> AnyResponse:
    """Keep the theme and the rail that the form names, and go back to its page."""
    answer = redirect(own_path(request.form.get("next", "")), code=HTTPStatus.SEE_OTHER)
    keep(answer, "theme", THEMES)
    keep(answer, "rail", RAILS)
    return answer


def keep(answer: AnyResponse, name: str, allowed: tuple[str, ...]) -> None:
    """Set a cookie from the form field of that name, if it is one of the allowed words."""
    value = request.form.get(name)
    if value in allowed:
        # Scripts change it too, so that a switch needs no round trip.
        answer.set_cookie(name, value, max_age=YEAR, secure=request.is_secure, samesite="Lax")


def own_path(address: str) -> str:
    """Return the address if it is a path on this site, else the start page."""
    parts = urlsplit(address)
    outside = parts.scheme or parts.netloc or not address.startswith("/") or "\\" in address
    return "/" if outside else address
