"""Every template compiles, and every component renders where a missing name is an error."""

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from itsm.web import assets, components, gallery, language
from tests.house.sources import ROOT, modules

FOLDERS = sorted(ROOT.glob("itsm/*/templates"))
PAGES = [page for folder in FOLDERS for page in sorted(folder.rglob("*.html"))]
COMPONENTS = sorted((ROOT / "itsm/web/templates/components").glob("*.html"))
ICONS = set((ROOT / "itsm/web/static/icons.txt").read_text().split())
ICON_CALLS = re.compile(r"""(?:\bicon\(|\bdraw\(|\bicon=)"([\w-]+)\"""")
ICONS_IN_CODE = re.compile(
    r"""(?:Sentence\(\s*|Place\(\s*_\("[^"]*"\),\s*"[^"]*",\s*)"([\w-]+)\""""
)


@cache
def environment() -> Environment:
    """Return the templates as the product sees them, with a stricter eye."""
    app = Flask("templates", static_folder=None)
    assets.install(app)
    components.install(app)
    language.install(app)
    strict = app.jinja_env.overlay(
        loader=FileSystemLoader(FOLDERS), undefined=StrictUndefined, cache_size=400
    )
    strict.globals["csrf_token"] = lambda: "token"
    strict.globals["asset_url"] = lambda name: f"/static/{name}"
    strict.globals["url_for"] = lambda endpoint, **_: f"/{endpoint}"
    strict.globals["get_flashed_messages"] = lambda **_: [("success", "Saved")]
    return strict


def frame() -> dict[str, object]:
    """Return what the frame gives to every page."""
    item = {"label": "Incidents", "href": "/incidents/", "icon": "alert-triangle", "active": True}
    return {
        "product": "Service desk",
        "theme": "dark",
        "rail": "wide",
        "here": "/gallery",
        "nav": [{"label": "", "items": [item, {**item, "count": 3, "key": "i"}]}],
        "me": {"name": "Otto Brandt", "username": "otto"},
        "create": [item, item],
        "oncall_badge": {"label": "On call: Otto Brandt", "href": "/oncall/"},
        "unread": 3,
    }


def render(name: str, **context: object) -> str:
    return environment().get_template(name).render(**frame(), **context)


def gallery_page() -> str:
    rows = [dict(zip(gallery.COLUMNS, row, strict=True)) for row in gallery.ROWS]
    return render("gallery.html", rows=rows, at=datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_template_compiles(page: Path) -> None:
    assert environment().parse(page.read_text()).body


def test_the_gallery_renders_with_nothing_missing() -> None:
    assert "Payments API answers 502 at checkout" in gallery_page()


def test_the_gallery_shows_every_component() -> None:
    shown = (ROOT / "itsm/web/templates/gallery.html").read_text()

    assert [one.name for one in COMPONENTS if f'"components/{one.name}"' not in shown] == []


@pytest.mark.parametrize("status", [401, 403, 404, 409, 413, 429, 500, 418])
def test_every_error_says_what_to_do(status: int) -> None:
    page = render("errors/error.html", status=status, request_id="01JD9X8Q0ZK3", detail="")

    assert "01JD9X8Q0ZK3" in page
    assert "To the start page" in page


def test_the_login_page_keeps_the_name_and_the_way_back() -> None:
    page = render(
        "people/login.html", errors={"username": "no"}, username="otto", next="/x", demo_logins=()
    )

    assert 'value="otto"' in page
    assert 'value="/x"' in page


def test_what_a_person_typed_is_escaped() -> None:
    page = render("people/login.html", errors={}, username='"><script>', next="", demo_logins=())

    assert "<script>" not in page.replace("<script src", "")


def test_no_template_carries_a_script_or_a_style_of_its_own() -> None:
    inline = re.compile(r"<script>|<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|\|\s*safe\b")

    assert [page.name for page in PAGES if inline.search(page.read_text())] == []


def test_every_icon_in_use_is_in_the_sprite() -> None:
    used = {name for page in PAGES for name in ICON_CALLS.findall(page.read_text())}
    named = {name for m in modules("itsm") for name in ICONS_IN_CODE.findall(m.text)}

    assert used | named <= ICONS


def test_every_post_form_carries_its_token() -> None:
    bare = [
        f"{page.name}: {form[:60]}"
        for page in PAGES
        for form in re.findall(r'<form[^>]*method="post".*?</form>', page.read_text(), re.DOTALL)
        if "csrf_token()" not in form
    ]

    assert bare == []
