"""Logging in and out, the first run, and how a cookie or a token becomes an actor."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Request, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from pydantic import ValidationError
from sqlalchemy import update

from itsm.kernel.access import SYSTEM, Actor, Permission
from itsm.kernel.errors import Invalid, NotFound, TooMany
from itsm.kernel.work import Work
from itsm.people import first_run, queries, service
from itsm.people.inputs import Setup, zones
from itsm.people.models import ApiToken
from itsm.people.service import WrongLogin
from itsm.platform import instance, metrics
from itsm.web.door import current_work, house, keep
from itsm.web.errors import field_errors
from itsm.web.language import said
from itsm.web.needs import needs, public

pages = Blueprint("login", __name__, template_folder="templates")
manager = LoginManager()
# The door refuses sessions by their rows; the extra guard by address would log phones out.
manager.session_protection = None
TOUCH = timedelta(hours=1)


@dataclass(frozen=True)
class Visitor(UserMixin):  # type: ignore[misc]
    """A person who is logged in, with the session token that is in the cookie."""

    actor: Actor
    token: str

    def get_id(self) -> str:
        """Return what the cookie holds."""
        return self.token


@manager.user_loader  # type: ignore[untyped-decorator]
def by_cookie(token: str) -> Visitor | None:
    """Return who a session token stands for."""
    work = current_work()
    person = queries.by_session(work, token)
    return None if person is None else Visitor(queries.actor(work, person), token)


@manager.request_loader  # type: ignore[untyped-decorator]
def by_header(incoming: Request) -> Visitor | None:
    """Return who a bearer token stands for, with the rights that it carries."""
    scheme, _, text = incoming.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not text:
        return None
    work = current_work()
    found = queries.by_token(work, text)
    if found is None:
        return None
    person, token = found
    _touch(work, token)
    return Visitor(queries.actor(work, person, token.scope), text)


@pages.get("/login")
@public("one has to be able to log in")
def form() -> ResponseReturnValue:
    """Show the login form, or the first-run form when there is nobody yet."""
    if queries.nobody_yet(current_work()):
        return redirect(url_for(".setup_form"), code=303)
    if current_user.is_authenticated:
        return redirect(local(request.args.get("next")), code=303)
    return _login_page()


@pages.post("/login")
@public("one has to be able to log in")
def enter() -> ResponseReturnValue:
    """Check name and password; on success start a new session with a new cookie."""
    work = current_work()
    try:
        login = service.log_in(
            work,
            request.form.get("username", "").strip(),
            request.form.get("password", ""),
            agent=request.headers.get("User-Agent", ""),
        )
    except WrongLogin as error:
        keep()
        metrics.logins_failed.labels("web").inc()
        return _login_page({"username": said(str(error))}), 401
    except TooMany as error:
        return _login_page({"username": said(str(error))}), 429
    _start(work, login)
    return redirect(local(request.form.get("next")), code=303)


@pages.post("/logout")
@needs(Permission.SELF)
def leave() -> ResponseReturnValue:
    """End this browser's session."""
    service.log_out(current_work(), current_user.get_id())
    logout_user()
    session.clear()
    return redirect(url_for(".form"), code=303)


@pages.get("/setup")
@public("the first administrator does not exist yet")
def setup_form() -> ResponseReturnValue:
    """Show the first-run form; 404 once there is a person."""
    if not queries.nobody_yet(current_work()):
        raise NotFound("the instance is set up")
    return _setup_page()


@pages.post("/setup")
@public("the first administrator does not exist yet; the token printed at start is asked for")
def setup() -> ResponseReturnValue:
    """Make the first administrator and log them in."""
    work = current_work()
    try:
        wanted = Setup.model_validate(_typed())
        login = first_run.set_up(work, wanted)
    except ValidationError as error:
        return _setup_page(field_errors(error)), 422
    except Invalid as error:
        return _setup_page(error.fields), 422
    _start(work, login)
    return redirect("/", code=303)


def _typed() -> dict[str, str]:
    return {name: request.form[name] for name in Setup.model_fields if name in request.form}


def _start(work: Work, login: service.Login) -> None:
    session.clear()
    session.permanent = True
    login_user(Visitor(queries.actor(work, login.person), login.token))


def _login_page(errors: dict[str, str] | None = None) -> str:
    demo = instance.get(current_work(), instance.DEMO) is True
    return render_template(
        "people/login.html",
        errors=errors or {},
        username=request.form.get("username", ""),
        next=request.values.get("next", ""),
        demo_logins=service.DEMO_LOGINS if demo else (),
    )


def _setup_page(errors: dict[str, str] | None = None) -> str:
    return render_template(
        "people/setup.html", errors=errors or {}, values=_typed(), zones=sorted(zones())
    )


def local(wanted: str | None) -> str:
    """Return a path of this product to go on to; anything else leads home."""
    path = wanted or "/"
    parts = urlsplit(path)
    odd = any(char in path for char in "\\\t\r\n") or path.startswith("//")
    return "/" if odd or parts.scheme or parts.netloc or not path.startswith("/") else path


def _touch(work: Work, token: ApiToken) -> None:
    """Note that a token is in use, at most once an hour; reading Works have one more for it."""
    if token.used_at is not None and work.now - token.used_at < TOUCH:
        return
    if not work.session.info["reads_only"]:
        _note_use(work, token.id)
        return
    with house().work(SYSTEM, work.origin) as own:
        _note_use(own, token.id)


def _note_use(work: Work, token_id: int) -> None:
    work.session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_at=work.now))
