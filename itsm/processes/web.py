"""The web process: waitress on a listening socket that its workers share."""

import os
import socket
from collections.abc import Mapping
from functools import partial

from waitress.server import create_server

from itsm.platform.house import House
from itsm.processes import stopping
from itsm.processes.supervisor import Role, Supervisor

BACKLOG = 1024
CONNECTIONS = 1000
# A little more than the largest form, so that the application itself says what is too large.
MAX_BODY = 32 * 1024 * 1024
IDLE_S = 60
# A reverse proxy on this host is believed who it speaks for; nobody else is.
PROXY = "127.0.0.1"
PROXY_HEADERS = frozenset({"x-forwarded-for", "x-forwarded-proto"})


def roles(house: House) -> Mapping[str, Role]:
    """Return one role for each web worker, all on one socket that is bound here and now.

    Raises OSError if the address is taken.
    """
    shared = _listen(house.settings.bind)
    count = house.settings.web_workers or min(2, os.cpu_count() or 1)
    return {f"web-{number}": partial(serve, house, shared) for number in range(1, count + 1)}


def run(house: House) -> int:
    """Serve until SIGTERM, each worker in a process of its own; return the exit status."""
    return Supervisor(roles(house)).run()


def serve(house: House, shared: socket.socket) -> int:
    """Serve on a socket that is already listening; finish the requests at hand on SIGTERM."""
    server = create_server(
        house.app,
        sockets=[shared],
        threads=house.settings.web_threads,
        connection_limit=CONNECTIONS,
        max_request_body_size=MAX_BODY,
        channel_timeout=IDLE_S,
        ident="",
        trusted_proxy=PROXY,
        trusted_proxy_headers=PROXY_HEADERS,
        clear_untrusted_proxy_headers=True,
    )
    # waitress ends its loop on SystemExit and gives the requests at hand 5 s to end.
    stopping.exit_on_signals()
    server.run()
    return 0


def _listen(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    shared = socket.socket(family, socket.SOCK_STREAM)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        shared.bind((host.strip("[]"), int(port)))
    except OSError as error:
        message = f"cannot serve on {address}: {error.strerror}"
        raise OSError(message) from error
    shared.listen(BACKLOG)
    return shared
