"""The description of the API, for programs and for people."""

from typing import Any, cast

from flask import Blueprint, Response, render_template

from itsm.api.reading import operations
from itsm.web.door import DeskApp, house
from itsm.web.needs import public
from itsm.web.rest import PREFIX, answer

pages = Blueprint("api", __name__, template_folder="templates", url_prefix=PREFIX)


@pages.get("/openapi.json")
@public("what the API can do is no secret; what it holds is")
def document() -> Response:
    return answer(description())


@pages.get("/docs")
@public("what the API can do is no secret; what it holds is")
def docs() -> str:
    told = description()
    return render_template("api/docs.html", doc=told, groups=operations(told))


def description() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return cast("DeskApp", house().app).api_doc
