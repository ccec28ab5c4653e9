"""Placeholders of templates: a closed list of names, filled by plain replacement. Pure.

Nothing is evaluated. A value is never looked through for placeholders in its turn, so what a
requester wrote cannot ask for anything.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

NAMES = (
    "ticket.number",
    "ticket.title",
    "ticket.state",
    "ticket.team",
    "requester.first_name",
    "requester.name",
    "agent.name",
    "agent.first_name",
)
_ANY = re.compile(r"\{\{\s*([^{}\n]{0,80}?)\s*\}\}")
# Text that people quote, such as a playbook, may hold others.
_OURS = re.compile(r"\{\{\s*((?:ticket|requester|agent)\.[^{}\n]{0,60}?)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its placeholders filled; those without a value still stand in it."""

    text: str
    missing: tuple[str, ...]


def fill(body: str, values: Mapping[str, str]) -> Filled:
    """Return `body` with the values; a name that is unknown or empty is left and told."""
    missing: list[str] = []

    def value(found: re.Match[str]) -> str:
        known = values.get(found[1], "").strip()
        if not known:
            missing.append(found[1])
        return known or f"{{{{{found[1]}}}}}"

    return Filled(_ANY.sub(value, body), tuple(dict.fromkeys(missing)))


def unknown(body: str) -> list[str]:
    """Return the names in a template that are not on the list."""
    return sorted({found[1] for found in _ANY.finditer(body)} - set(NAMES))


def left(text: str, *, templated: bool) -> list[str]:
    """Return the placeholders that a message still has: any at all where it is from a template."""
    pattern = _ANY if templated else _OURS
    return list(dict.fromkeys(found[1] for found in pattern.finditer(text)))


def first_name(name: str) -> str:
    """Return the first word of a name."""
    return name.split(maxsplit=1)[0] if name.split() else ""
