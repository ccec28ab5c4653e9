"""Keeps tests on this machine: whatever would leave the loopback addresses fails at once.

A plug-in for pytest. It listens to the interpreter's own audit events, so nothing is patched and
no library can get around it by keeping a reference.
"""

import ipaddress
import socket
import sys
from typing import Final

LOCAL_NAMES: Final = {"", "localhost", "localhost.localdomain", socket.gethostname()}
SENDING: Final = {"socket.connect", "socket.sendto", "socket.sendmsg"}
RESOLVING: Final = {"socket.getaddrinfo", "socket.gethostbyname"}


def is_local(host: object) -> bool:
    """Say whether `host`, a name or an address, cannot mean another machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name in LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(str(name))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def is_literal(host: object) -> bool:
    """Say whether `host` is an address, which needs no name server."""
    try:
        ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return True


def refuse_far(event: str, details: tuple[object, ...]) -> None:
    """Raise where `event` would send to or ask about another machine."""
    if event in SENDING:
        address = details[1]
        if isinstance(address, tuple) and not is_local(address[0]):
            message = f"tests stay on loopback, not {address}"
            raise ConnectionRefusedError(message)
    elif event in RESOLVING and not is_local(details[0]) and not is_literal(details[0]):
        message = f"tests resolve no names, not {details[0]!r}"
        raise socket.gaierror(socket.EAI_NONAME, message)


def pytest_configure() -> None:
    sys.addaudithook(refuse_far)
