"""The built web assets: from plain names to hashed addresses, and the answers to those."""

import json
import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, has_request_context, request

from itsm.web.needs import machine

DIST = Path(__file__).parent / "static" / "dist"
NAME = re.compile(r"[a-z-]+\.[0-9a-f]{12}\.(css|js|svg)")
KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}

PLACE = "/static"

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
    root = request.script_root if has_request_context() else ""
    return f"{root}{PLACE}/{manifest()[name]}"


@assets.get(f"{PLACE}/<name>")
@machine("style sheets, scripts and icons are the same for everybody")
def show(name: str) -> Response:
    """Answer with one asset, compressed where the browser takes that.

    Not only those of this build: a page of the build before it may still ask for its own.
    """
    found = NAME.fullmatch(name)
    if found is None or not (DIST / name).exists():
        abort(404)
    compressed = request.accept_encodings["gzip"] > 0
    answer = Response(content(f"{name}.gz" if compressed else name), mimetype=KINDS[found[1]])
    if compressed:
        answer.content_encoding = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


@cache
def content(name: str) -> bytes:
    """Return the bytes of a built file; the name holds their digest, so they never change."""
    return (DIST / name).read_bytes()


def install(app: Flask) -> None:
    """Serve the assets, and let templates name them by `asset_url`."""
    app.register_blueprint(assets)
    app.jinja_env.globals["asset_url"] = asset_url
