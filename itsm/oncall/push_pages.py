"""What a browser asks to show pages as notifications: our key, its place among my contacts."""

from http import HTTPStatus

from flask import Blueprint, current_app, flash, jsonify, request
from flask.typing import ResponseReturnValue

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, Refused
from itsm.notify import webpush
from itsm.notify.channels.webpush import WebPushConfig
from itsm.web.assets import content, manifest
from itsm.web.door import current_work
from itsm.web.needs import machine, needs

pages = Blueprint("push", __name__)


@pages.get("/sw.js")
@machine("the service worker is the same for everybody, and stands at the root to reach all pages")
def worker() -> ResponseReturnValue:
    """Answer with the service worker; browsers ask anew each time whether it has changed."""
    answer = current_app.response_class(content(manifest()["sw.js"]), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Service-Worker-Allowed"] = "/"
    answer.add_etag()
    return answer.make_conditional(request.environ)


@pages.post("/oncall/me/push/key")
@needs(Permission.CONTACT_EDIT)
def key() -> ResponseReturnValue:
    """Answer with the public key that a browser subscribes by; the first call makes it."""
    return jsonify(key=webpush.public_key(current_work()))


@pages.post("/oncall/me/push")
@needs(Permission.CONTACT_EDIT)
def add() -> ResponseReturnValue:
    """Take the subscription of a browser as one more way to reach me."""
    work = current_work()
    settings = {name: request.form.get(name, "") for name in WebPushConfig.model_fields}
    label = request.form.get("label", "").strip() or "This browser"
    try:
        webpush.add_browser(work, label, settings)
    except webpush.Stale as error:
        return jsonify(error=str(error)), HTTPStatus.GONE
    except Refused as error:
        return jsonify(error=str(error)), HTTPStatus.CONFLICT
    except Invalid as error:
        said = "this browser handed over what is no subscription"
        return jsonify(error=said, fields=error.fields), HTTPStatus.UNPROCESSABLE_ENTITY
    flash("This browser shows your pages from now on. Send a test to see it.", "success")
    return jsonify(), HTTPStatus.CREATED
