"""The composition root: what one process is made of, put together in one place."""

from datetime import timedelta

from flask_openapi3.models.info import Info

from itsm import __version__, rooms
from itsm.api import app as api
from itsm.desk import queries as desks
from itsm.desk import sentences
from itsm.flows.situation import about
from itsm.flows.table import table
from itsm.kernel.clock import Clock, system_clock
from itsm.kernel.work import Work
from itsm.news import links
from itsm.news.models import Topic
from itsm.notify.channel import Outside
from itsm.oncall import phone
from itsm.people import login
from itsm.people import pages as people
from itsm.platform import database
from itsm.platform.database import db
from itsm.platform.house import House
from itsm.platform.http import Client, parse_networks
from itsm.platform.secrets import Keyring
from itsm.platform.settings import Settings, load, with_key
from itsm.platform.storage import FILES, Folder
from itsm.platform.wake import wake_for
from itsm.portal import answering
from itsm.requests.approval.link import path as approval_path
from itsm.tickets import kinds, panels
from itsm.tickets import pages as tickets
from itsm.web import assets, components, door, errors, frame, headers, language
from itsm.web.door import DeskApp, csrf
from itsm.web.needs import check_all

MAX_FORM = 30 * 1024 * 1024


def create_app(settings: Settings | None = None, *, clock: Clock = system_clock) -> DeskApp:
    """Return the application for `settings`, by default those of the environment.

    It only wires: it opens no connection, runs no migration and asks nothing.
    """
    chosen = with_key(settings or load())
    app = DeskApp(
        "itsm",
        info=Info(title="ITSM API", version=__version__),
        doc_ui=False,
        template_folder="web/templates",
        static_folder=None,
    )
    _configure(app, chosen)
    db.init_app(app)
    with app.app_context():
        database.prepare(db.engine)
    app.extensions["itsm"] = House(
        app=app,
        settings=chosen,
        keyring=Keyring(chosen.secret_keys),
        clock=clock,
        table=table(outside(chosen, clock), Folder(chosen.home / FILES)),
        wake=wake_for(chosen),
    )
    _install(app)
    check_all(app)
    return app


def outside(settings: Settings, clock: Clock = system_clock) -> Outside:
    """Return how this instance reaches the world."""
    client = Client(parse_networks(settings.allow_networks))
    return Outside(
        client,
        settings.public_url,
        settings.mail_url,
        # Replies are asked for only where something listens for them.
        settings.mail_domain if settings.smtp_bind else "",
        clock=clock,
    )


def house_of(app: DeskApp) -> House:
    """Return the house that `create_app` put together."""
    house: House = app.extensions["itsm"]
    return house


def _configure(app: DeskApp, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_keys[0],
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[1:]),
        SESSION_COOKIE_NAME="itsm",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=timedelta(days=7),
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        MAX_CONTENT_LENGTH=MAX_FORM,
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(settings.database),
    )


def _install(app: DeskApp) -> None:
    door.install(app)
    errors.install(app)
    headers.install(app)
    assets.install(app)
    components.install(app)
    language.install(app)
    frame.install(app, rooms.FRAME)
    csrf.init_app(app)
    login.manager.init_app(app, add_context_processor=False)
    phone.show_situation(app.extensions, about)
    people.show_desks(app.extensions, _desk_names)
    for blueprint in rooms.BLUEPRINTS:
        app.register_blueprint(blueprint)
    for kind in rooms.KINDS:
        app.register_blueprint(tickets.pages, name=kind.place, url_prefix=f"/{kind.place}")
    kinds.add(rooms.KINDS)
    app.jinja_env.globals["address"] = kinds.address
    links.add({Topic.APPROVAL: approval_path, Topic.RESOLVED: answering.path})
    api.install(app)
    for known in rooms.SENTENCES:
        sentences.add(known)
    panels.add(*rooms.PANELS)


def _desk_names(work: Work) -> list[tuple[int, str]]:
    """Return the desks that people may hold roles on; `people` stands below `desk`."""
    return [(desk.id, desk.name) for desk in desks.desks(work)]
