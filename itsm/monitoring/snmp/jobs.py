"""What the worker and the clock do for traps."""

from itsm.kernel.work import Work
from itsm.monitoring.snmp import mibs, reading
from itsm.platform.outbox import Payload


def read(work: Work, payload: Payload) -> None:
    """Read the traps that wait in the ledger; the job `snmp.read`, one for each stored batch."""
    del payload
    reading.read_waiting(work)


def settle(work: Work, payload: Payload) -> None:
    """Report a problem that was held back; the timer `snmp.settle`."""
    reading.settle(work, payload)


def close_unseen(work: Work, payload: Payload) -> None:
    """Close what was not seen again after a restart; the timer `snmp.unsettled`."""
    reading.close_unseen(work, payload)


def compile_mib(work: Work, payload: Payload) -> None:
    """Compile one uploaded MIB module; the job `snmp.compile`."""
    mib_id = payload["mib_id"]
    if not isinstance(mib_id, int):
        raise TypeError("the job names no MIB")
    mibs.compile_one(work, mib_id)
