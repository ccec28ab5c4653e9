"""Style, scripts and icons as the product serves them."""

from collections.abc import Callable

import pytest

from itsm.web.assets import manifest
from tests.cast import Browser

GZIP = b"\x1f\x8b"
Open = Callable[..., Browser]


def test_an_asset_is_compressed_and_kept_for_ever(browser: Open) -> None:
    address = f"/static/{manifest()['app.css']}"
    answer = browser().get(address, headers={"Accept-Encoding": "gzip"})

    assert answer.data.startswith(GZIP)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.mimetype == "text/css"


def test_an_asset_is_plain_for_who_asks_plainly(browser: Open) -> None:
    answer = browser().get(f"/static/{manifest()['mark.svg']}")

    assert answer.data.startswith(b"<svg")
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("name", ["none.css", "manifest.json", "..%2f..%2fassets.py", "x.css.gz"])
def test_nothing_else_is_served(browser: Open, name: str) -> None:
    assert browser().get(f"/static/{name}").status_code == 404


def test_a_page_names_its_assets_by_digest(browser: Open) -> None:
    assert manifest()["app.css"] in browser().get("/setup").text
