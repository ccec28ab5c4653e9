"""What every page shows around its content: the rail, who is logged in, the look."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from itsm.kernel.access import Actor, Permission
from itsm.kernel.work import Work
from itsm.web.door import DeskApp, current_work, has_work, house
from itsm.web.needs import needs, public

pages = Blueprint("look", __name__)
PRODUCT = "Service desk"
THEMES = frozenset({"system", "light", "dark"})
RAILS = frozenset({"wide", "narrow"})
YEAR_S = 365 * 24 * 3600
BADGE_LIFE = timedelta(seconds=10)

Count = Callable[[Work], int]
Badge = Callable[[Work], dict[str, str] | None]


@dataclass(frozen=True, slots=True)
class Place:
    """One item of the rail, shown to those who hold `needs`."""

    label: str
    href: str
    icon: str
    needs: Permission
    key: str = ""
    phone: bool = False
    # Of the numbers that the frame counts, which stands beside it.
    count: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """The rail's groups, what may be created, who is on call, and what is new for oneself."""

    groups: Sequence[tuple[str, Sequence[Place]]] = ()
    create: Sequence[Place] = ()
    mine: Sequence[Place] = ()
    # All numbers of the rail by name, by one statement.
    counts: Callable[[Work], Mapping[str, int]] = field(default=lambda _work: {})
    badge: Badge | None = field(default=None)
    unread: Count | None = field(default=None)


def install(app: DeskApp, frame: Frame) -> None:
    """Give the frame to every template of the application."""
    app.extensions["itsm-frame"] = frame
    app.context_processor(_context)
    app.register_blueprint(pages)


@pages.post("/look")
@public("colours and the width of the menu are nobody's secret")
def look() -> ResponseReturnValue:
    """Remember the theme or the width of the rail in a cookie of this browser."""
    wanted = request.form.get("next", "/")
    local = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    response = redirect(wanted if local else "/", code=303)
    for name, allowed in (("theme", THEMES), ("rail", RAILS)):
        if request.form.get(name) in allowed:
            response.set_cookie(
                name, request.form[name], max_age=YEAR_S, httponly=True, samesite="Lax"
            )
    return response


@pages.get("/places")
@needs(Permission.SELF)
def places() -> ResponseReturnValue:
    """Show the rail's places alone, with their counts as they are now."""
    return render_template("parts/counts.html")


def _context() -> dict[str, object]:
    theme, rail = request.cookies.get("theme", "system"), request.cookies.get("rail", "wide")
    return {
        "product": PRODUCT,
        "theme": theme if theme in THEMES else "system",
        "rail": rail if rail in RAILS else "wide",
        "here": request.full_path.rstrip("?"),
        **_person_context(),
    }


def _person_context() -> dict[str, object]:
    frame: Frame = current_app.extensions["itsm-frame"]
    if not has_work() or not current_user.is_authenticated:
        return {
            "nav": [],
            "create": [],
            "me": None,
            "my_links": [],
            "oncall_badge": None,
            "unread": 0,
        }
    work, actor = current_work(), current_user.actor
    counts = frame.counts(work)
    return {
        "nav": [
            {"label": label, "items": items}
            for label, places in frame.groups
            if (items := _items(actor, places, counts))
        ],
        "create": _items(actor, frame.create),
        "unread": frame.unread(work) if frame.unread else 0,
        "my_links": _items(actor, frame.mine),
        "me": {"name": actor.full_name or actor.name, "username": actor.name},
        "oncall_badge": _badge(work, frame) if actor.holds(Permission.ONCALL_READ) else None,
        "actor": actor,
        "can": work.can,
        "P": Permission,
    }


def _badge(work: Work, frame: Frame) -> dict[str, str] | None:
    make = frame.badge
    if make is None:
        return None
    key = f"badge {work.actor.zone}"
    return house().memo.get(key, work.now, BADGE_LIFE, lambda: make(work))


def _items(
    actor: Actor, places: Sequence[Place], counts: Mapping[str, int] | None = None
) -> list[dict[str, object]]:
    return [_item(place, counts or {}) for place in places if actor.holds(place.needs)]


def _item(place: Place, counts: Mapping[str, int]) -> dict[str, object]:
    item: dict[str, object] = {
        "label": place.label,
        "href": place.href,
        "icon": place.icon,
        "active": _is_active(place.href),
    }
    if place.key:
        item["key"] = place.key
    if place.phone:
        item["phone"] = True
    if place.count in counts:
        item["count"] = counts[place.count]
    return item


def _is_active(href: str) -> bool:
    return request.path == href or (href != "/" and request.path.startswith(href))
