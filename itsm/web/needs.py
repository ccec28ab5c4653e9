"""What each route needs, declared beside the view; a route without a declaration does not start."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask

from itsm.kernel.access import Permission

V = TypeVar("V", bound=Callable[..., Any])


class Caller(StrEnum):
    """Who is let in at all."""

    PERSON = "person"
    ANYONE = "anyone"
    # Proves itself with a key of its own in the message; the view checks it.
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Declared:
    """The declaration of one view: who may call it, with which permission, and why anyone may."""

    caller: Caller
    permission: Permission | None = None
    reason: str = ""
    # A GET that has to write, such as one that keeps what a person last saw; else GET only reads.
    writes: bool = False


def needs(permission: Permission) -> Callable[[V], V]:
    """Let in persons, by cookie or token, who hold `permission` with any reach."""
    return _declare(Declared(Caller.PERSON, permission))


def public(reason: str) -> Callable[[V], V]:
    """Let in anyone; `reason` says why that is right."""
    return _declare(Declared(Caller.ANYONE, reason=reason))


def machine(reason: str) -> Callable[[V], V]:
    """Let in machines that bring a key of their own: no cookie, no CSRF token."""
    return _declare(Declared(Caller.MACHINE, reason=reason))


def declared(app: Flask, endpoint: str) -> Declared | None:
    """Return what the view of `endpoint` declares, None if it declares nothing."""
    view = app.view_functions[endpoint]
    return getattr(view, "__declared__", None)


def check_all(app: Flask) -> None:
    """Raise RuntimeError naming the routes that declare nothing."""
    silent = sorted(
        rule.rule for rule in app.url_map.iter_rules() if declared(app, rule.endpoint) is None
    )
    if silent:
        message = f"these routes declare no permission: {', '.join(silent)}"
        raise RuntimeError(message)


def _declare(what: Declared) -> Callable[[V], V]:
    def mark(view: V) -> V:
        view.__declared__ = what  # type: ignore[attr-defined] # read by `declared`
        return view

    return mark
