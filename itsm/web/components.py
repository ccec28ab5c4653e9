"""What templates say in Python: times and names."""

from datetime import UTC, datetime
from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from itsm.web import wording
from itsm.web.assets import asset_url

MINUTE = 60
HOUR = 3600
DAY = 86400
# Live lists draw the same instants every few seconds.
REMEMBERED = 8192
DECORATES = Markup('<svg class="icon{}" aria-hidden="true"><use href="{}"></use></svg>')
SPEAKS = Markup('<svg class="icon{}" role="img" aria-label="{}"><use href="{}"></use></svg>')


@lru_cache(REMEMBERED)
def ago(at: datetime | None) -> Markup:
    """Return an instant as words such as "3 min ago", with the exact time on hover.

    Without scripts it reads as the exact time in UTC. `at` must be aware; None gives nothing.
    """
    if at is None:
        return Markup("")
    return Markup(
        '<relative-time datetime="{}" format-style="short" precision="minute" threshold="P7D">'
        "{}</relative-time>"
    ).format(at.isoformat(), exact(at))


@lru_cache(REMEMBERED)
def exact(at: datetime) -> Markup:
    """Return an instant to the minute, in UTC, as a time element."""
    at = at.astimezone(UTC)
    return Markup('<time datetime="{}">{}</time>').format(
        at.isoformat(), at.strftime("%d %b %Y %H:%M UTC")
    )


def icon(name: str, label: str = "", *, large: bool = False) -> Markup:
    """Return a drawing of the sprite; with a label it speaks, without one it is decoration.

    The names are those in static/icons.txt.
    """
    return _icon(f"{asset_url('icons.svg')}#{name}", label, large=large)


@lru_cache(REMEMBERED)
def _icon(address: str, label: str, *, large: bool) -> Markup:
    size = " icon-large" if large else ""
    return SPEAKS.format(size, label, address) if label else DECORATES.format(size, address)


def duration(seconds: float) -> str:
    """Return a length of time in its two largest units: "38 min", "1 h 12 min", "2 d 4 h"."""
    seconds = abs(int(seconds))
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < DAY:
        hours, rest = divmod(seconds, HOUR)
        return f"{hours} h {rest // MINUTE} min" if rest >= MINUTE else f"{hours} h"
    days, rest = divmod(seconds, DAY)
    return f"{days} d {rest // HOUR} h" if rest >= HOUR else f"{days} d"


def remaining(seconds: float) -> str:
    """Return how long is left until a deadline: "38 min left", or "over by 6 min"."""
    return f"over by {duration(seconds)}" if seconds < 0 else f"{duration(seconds)} left"


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name."""
    words = name.split()
    return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper() if words else "?"


def install(app: Flask) -> None:
    """Give every template the filters, and the address that search goes to."""
    app.jinja_env.filters.update(
        {
            "ago": ago,
            "exact": exact,
            "duration": duration,
            "remaining": remaining,
            "initials": initials,
            "tone": wording.tone,
            "words": wording.words,
            "advice": wording.advice,
        }
    )
    app.jinja_env.globals["search_url"] = "/search"
    app.jinja_env.globals["drawn_icon"] = icon
