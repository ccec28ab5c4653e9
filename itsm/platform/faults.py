"""Marked points at which a test may kill the process, to prove that nothing accepted is lost."""

import os
import signal


def kill_point(name: str) -> None:
    """Kill this process here and now, without any clean-up, if ITSM_KILL_AT names this point."""
    if name == os.environ.get("ITSM_KILL_AT"):
        os.kill(os.getpid(), signal.SIGKILL)
