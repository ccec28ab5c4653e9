"""The supervisor: forks each process of one machine, restarts what dies, stops all of them cleanly.

It forks from a process that has loaded the code and opened nothing, so that the code is in memory
once. A child that dies is started again after a wait that doubles from 1 s to 30 s and falls back
once it has run for a minute. Children die with their supervisor (Linux).
"""

import ctypes
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FrameType

import structlog

log = structlog.get_logger()
Role = Callable[[], int]
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0
STEADY_S = 60.0
STOP_WITHIN_S = 20.0
PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class _Child:
    name: str
    pid: int
    started: float
    wait: float


class Supervisor:
    """Runs roles by name until it is told to stop."""

    def __init__(self, roles: Mapping[str, Role]) -> None:
        self._roles = roles
        self._children: dict[int, _Child] = {}
        self._due: dict[str, tuple[float, float]] = {}
        self._stopping = False

    def run(self) -> int:
        """Start all roles and keep them running; return 0 after SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        gc.freeze()
        for name in self._roles:
            self._start(name, FIRST_WAIT_S)
        while not self._stopping:
            self._reap()
            self._restart()
            time.sleep(0.1)
        return self._shut_down()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._stopping = True

    def _start(self, name: str, wait: float) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            os._exit(_child(parent, self._roles[name]))
        self._children[pid] = _Child(name, pid, time.monotonic(), wait)
        log.info("started", process=name, pid=pid)

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            child = self._children.pop(pid, None)
            if child is not None and not self._stopping:
                self._plan(child, os.waitstatus_to_exitcode(status))

    def _plan(self, child: _Child, code: int) -> None:
        steady = time.monotonic() - child.started > STEADY_S
        wait = FIRST_WAIT_S if steady else child.wait
        log.warning("died", process=child.name, code=code, restart_in_s=wait)
        self._due[child.name] = (time.monotonic() + wait, min(wait * 2, LONGEST_WAIT_S))

    def _restart(self) -> None:
        for name, (at, wait) in list(self._due.items()):
            if time.monotonic() >= at:
                del self._due[name]
                self._start(name, wait)

    def _shut_down(self) -> int:
        self._signal_all(signal.SIGTERM)
        end = time.monotonic() + STOP_WITHIN_S
        while self._children and time.monotonic() < end:
            self._reap()
            time.sleep(0.05)
        self._signal_all(signal.SIGKILL)
        return 0

    def _signal_all(self, number: int) -> None:
        for pid in self._children:
            os.kill(pid, number)


def _child(parent: int, role: Role) -> int:
    """Run one role in the forked process and return its exit status."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    # A terminal's Ctrl-C goes to the whole group; the supervisor alone decides who stops.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with(parent)
    try:
        return role()
    except SystemExit as end:
        return int(end.code or 0)
    except Exception:  # the top of a process: say why it died, the supervisor starts it again
        log.exception("process failed")
        return 1
    finally:
        sys.stderr.flush()


def _die_with(parent: int) -> None:
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
