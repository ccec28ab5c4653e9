"""The built web assets: from plain names to hashed addresses, and the answers to those."""

import json
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, request, send_from_directory, url_for

from itsm.web.needs import machine

DIST = Path(__file__).parent / "static" / "dist"

# The name holds a digest of the content, so that a copy stays true for ever.
FOR_EVER = "public, max-age=31536000, immutable"

assets = Blueprint("files", __name__)


@cache
def manifest() -> dict[str, str]:
    """Return the hashed name of every built asset by its plain name.

    Raises RuntimeError where the assets were never built.
    """
    listing = DIST / "manifest.json"
    if not listing.exists():
        raise RuntimeError("the web assets are not built: run `python hatch_build.py`")
    names: dict[str, str] = json.loads(listing.read_text())
    return names


def asset_url(name: str) -> str:
    """Return the address of an asset by its plain name; KeyError if there is none of that name."""
    return url_for("files.show", name=manifest()[name])


@assets.get("/static/<name>")
@machine("style sheets, scripts and icons are the same for everybody")
def show(name: str) -> Response:
    """Answer with one asset, compressed where the browser takes that.

    Not only those of this build: a page of the build before it may still ask for its own.
    """
    if kind(name) is None:
        abort(404)
    compressed = request.accept_encodings["gzip"] > 0
    answer = send_from_directory(DIST, f"{name}.gz" if compressed else name, mimetype=kind(name))
    if compressed:
        answer.content_encoding = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


def kind(name: str) -> str | None:
    """Return the media type of an asset, None for what is not one."""
    suffix = name.rpartition(".")[2]
    return {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}.get(suffix)


def install(app: Flask) -> None:
    """Serve the assets, and let templates name them by `asset_url`."""
    app.register_blueprint(assets)
    app.jinja_env.globals["asset_url"] = asset_url
