"""The colours can be read, in light and in dark (WCAG 2.2: 1.4.3 and 1.4.11)."""

import re
from functools import cache

import pytest

from tests.house.sources import ROOT

TOKENS = ROOT / "itsm/web/static/css/tokens.css"
PAIR = re.compile(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);")
SINGLE = re.compile(r"--([\w-]+): (#\w{6});")
THEMES = {"light": 0, "dark": 1}
PAPER = ("bg", "surface", "surface-2", "hover")

TEXT = [
    *((ink, paper) for ink in ("text", "text-2", "text-3") for paper in PAPER),
    *((ink, paper) for ink in ("accent", "danger") for paper in ("bg", "surface", "hover")),
    *((f"sla-{name}", "surface") for name in ("ok", "soon", "near", "late", "breach", "paused")),
    *((tone, f"{tone}-soft") for tone in ("ok", "info", "warn", "danger", "accent")),
    *((tone, "surface") for tone in ("ok", "info", "warn")),
    *((ink, "accent-soft") for ink in ("text", "text-2", "text-3", "danger", "warn", "info")),
    *((ink, "note-bg") for ink in ("text", "text-2", "text-3", "warn", "accent")),
    *((ink, "rail") for ink in ("rail-text", "rail-quiet", "rail-strong")),
    ("rail-strong", "rail-active"),
    ("accent-contrast", "accent"),
    ("accent-contrast", "accent-hover"),
    ("danger-contrast", "danger-fill"),
]
CONTROLS = [
    *(("control", paper) for paper in ("bg", "surface", "surface-2")),
    *(("focus", paper) for paper in PAPER),
    *(("accent", paper) for paper in PAPER),
]


@cache
def tokens() -> dict[str, tuple[str, str]]:
    """Return the light and the dark value of every colour."""
    sheet = TOKENS.read_text()
    return {name: (light, dark) for name, light, dark in PAIR.findall(sheet)} | {
        name: (value, value) for name, value in SINGLE.findall(sheet)
    }


def contrast(one: str, other: str, theme: str) -> float:
    """Return the ratio of two tokens, 1 to 21."""
    lights = sorted(luminance(tokens()[name][THEMES[theme]]) for name in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb, 0 to 1."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", THEMES)
def test_text_stands_out_from_its_paper(theme: str) -> None:
    ratios = {pair: round(contrast(*pair, theme), 2) for pair in TEXT}

    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_controls_stand_out_from_their_paper(theme: str) -> None:
    ratios = {pair: round(contrast(*pair, theme), 2) for pair in CONTROLS}

    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 3} == {}


def test_black_on_white_is_the_most_there_is() -> None:
    assert round((luminance("#ffffff") + 0.05) / (luminance("#000000") + 0.05)) == 21
