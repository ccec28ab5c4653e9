"""What happens to maintenance windows, for the journal."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from itsm.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowEvent(Event):
    """Base of the events about one window."""

    about: ClassVar[str] = "maintenance_window"
    maintenance_window_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowSaved(WindowEvent):
    """A window was planned or changed."""

    name: ClassVar[str] = "maintenance_window.saved"
    rule: str
    covers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowBegan(WindowEvent):
    """A window stands open, and so many alerts that fired already are kept quiet."""

    name: ClassVar[str] = "maintenance_window.began"
    until: datetime
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowExtended(WindowEvent):
    """A window stays open for longer."""

    name: ClassVar[str] = "maintenance_window.extended"
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowEnded(WindowEvent):
    """A window is over, or was ended; so many of its alerts still fire."""

    name: ClassVar[str] = "maintenance_window.ended"
    early: bool
    alerts: int


class WindowCancelled(WindowEvent):
    """A window will not stand open any more."""

    name = "maintenance_window.cancelled"
