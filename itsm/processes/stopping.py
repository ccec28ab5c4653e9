"""How a process is told to stop: by SIGTERM, or by SIGINT in a terminal."""

import signal
import sys
import threading
from types import FrameType


def on_signals() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set, so that the loop ends between two tasks."""
    stop = threading.Event()

    def wish(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, wish)
    return stop


def exit_on_signals() -> None:
    """Have SIGTERM and SIGINT raise SystemExit, for a loop that is a library's."""

    def leave(number: int, frame: FrameType | None) -> None:
        del number, frame
        sys.exit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
