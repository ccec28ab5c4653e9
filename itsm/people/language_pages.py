"""Where a person chooses the language of their pages."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from itsm.kernel.access import Permission
from itsm.people import languages
from itsm.people.login import local
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("language", __name__, url_prefix="/people/me")


@pages.post("/language")
@needs(Permission.SELF)
def choose() -> ResponseReturnValue:
    """Read pages in another language from now on."""
    languages.choose(current_work(), request.form.get("language", ""))
    return redirect(local(request.form.get("next")), code=303)
