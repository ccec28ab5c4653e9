"""Which device a trap speaks of: not always the one that sent the datagram."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from itsm.monitoring.snmp.trap import TRAP_ADDRESS, Trap


class Proof(StrEnum):
    """What the identity of an agent rests on, the strongest first."""

    ENGINE = "engine"
    TRAP_ADDRESS = "trap_address"
    SENDER = "sender"


@dataclass(frozen=True, slots=True)
class Agent:
    """The device that a trap speaks of, by host name or address."""

    name: str
    proof: Proof


def identify(trap: Trap, sender: str, *, trusted: bool, engine_host: str = "") -> Agent:
    """Return the agent of a trap that came in a datagram from the address `sender`.

    An approved engine that is tied to a host decides. Otherwise the address that stands in the
    trap counts if the sender is `trusted` to forward for others or names itself, and the sender's
    address counts in all other cases.
    """
    if engine_host:
        return Agent(engine_host, Proof.ENGINE)
    named = trap.value(TRAP_ADDRESS)
    if isinstance(named, str) and _usable(named) and (trusted or named == sender):
        return Agent(named, Proof.TRAP_ADDRESS)
    return Agent(sender, Proof.SENDER)


def _usable(address: str) -> bool:
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return not (ip.is_unspecified or ip.is_loopback)
