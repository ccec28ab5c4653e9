"""The guarded HTTP client: the only way out for addresses that a user or a message names.

The address is checked on the socket that is about to connect, after name resolution, so that
neither a redirect nor a name that resolves differently the second time gets past it. Networks that
are not public are refused unless ITSM_ALLOW_NETWORKS lists them.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.poolmanager import PoolManager

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# What the system says of a name: family, kind, protocol, canonical name, address.
Info = tuple[int, int, int, str, Any]
Resolve = Callable[[str, int], Sequence[Info]]
TIMEOUT_S = (4.0, 10.0)
MAX_BYTES = 1024 * 1024
MAX_REDIRECTS = 3


class Forbidden(Exception):
    """The address is not one that the product may call."""


class Unreachable(Exception):
    """The call did not come through; the message is for the log, not for a stranger."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, its body cut at 1 MiB."""

    status: int
    body: bytes


def parse_networks(text: str) -> tuple[Network, ...]:
    """Return the networks in a comma-separated list. Raises ValueError for what is none."""
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


class Client:
    """Calls public addresses, and those in the allowed networks, and nothing else."""

    def __init__(
        self, allowed: Iterable[Network] = (), *, resolve: Resolve | None = None, trust: str = ""
    ) -> None:
        """`resolve` looks names up in place of the system; `trust` is a file of authorities."""
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.max_redirects = MAX_REDIRECTS
        self._session.verify = trust or True
        adapter = _GuardedAdapter(tuple(allowed), resolve or _addresses)
        self._session.adapters.clear()
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def post(self, url: str, *, json: object, headers: dict[str, str] | None = None) -> Answer:
        """Post JSON. Raises Forbidden for an address that is not allowed, else Unreachable."""
        return self._call("POST", url, json=json, headers=headers)

    def post_form(
        self, url: str, *, form: list[tuple[str, str]], user: str, password: str
    ) -> Answer:
        """Post a form as `user`. Raises as `post`."""
        return self._call("POST", url, data=form, auth=(user, password))

    def post_bytes(self, url: str, *, content: bytes, headers: dict[str, str]) -> Answer:
        """Post bytes as they are, by https and to no other address: redirects are not followed.

        Raises as `post`.
        """
        if urlsplit(url).scheme != "https":
            raise Forbidden("only https addresses are called")
        return self._call("POST", url, data=content, headers=headers, allow_redirects=False)

    def get(self, url: str) -> Answer:
        """Fetch what lies at an address, and nowhere else: redirects are not followed.

        Raises Forbidden for an address that is not allowed, else Unreachable.
        """
        return self._call("GET", url, allow_redirects=False)

    def _call(self, method: str, url: str, **how: Any) -> Answer:  # noqa: ANN401 - passed on
        if urlsplit(url).scheme not in {"http", "https"}:
            raise Forbidden("only http and https addresses are called")
        try:
            with self._session.request(
                method, url, timeout=TIMEOUT_S, stream=True, **how
            ) as response:
                body = next(response.iter_content(MAX_BYTES), b"")
                return Answer(response.status_code, body)
        except requests.RequestException as error:
            raise Unreachable(type(error).__name__) from error


def permitted(address: str, allowed: Iterable[Network]) -> bool:
    """Tell whether an IP address is public, or inside a network that is allowed by name."""
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or ip
    if any(ip.version == network.version and ip in network for network in allowed):
        return True
    return ip.is_global and not ip.is_multicast


def _addresses(host: str, port: int) -> Sequence[Info]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def connect(
    host: str,
    port: int,
    timeout: float,
    allowed: Iterable[Network],
    resolve: Resolve = _addresses,
) -> socket.socket:
    """Return a socket to the first permitted address of `host`. Raises Forbidden or OSError."""
    found = resolve(host, port)
    targets = [info for info in found if permitted(str(info[4][0]), allowed)]
    if not targets:
        raise Forbidden("that is not an address we may call")
    family, kind, protocol, _, address = targets[0]
    connection = socket.socket(family, kind, protocol)
    connection.settimeout(timeout)
    try:
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, allowed: tuple[Network, ...], resolve: Resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as it is declared
        """Make a pool whose connections check where they connect to."""
        del args
        block, maxsize = kwargs.get("block", False), kwargs.get("maxsize", 10)
        self.poolmanager = PoolManager(block=block, maxsize=maxsize)
        self.poolmanager.pool_classes_by_scheme = _guarded_pools(self._allowed, self._resolve)


def _guarded_pools(
    allowed: tuple[Network, ...], resolve: Resolve
) -> dict[str, type[HTTPConnectionPool]]:
    class Guard:
        """Replaces urllib3's way to a socket, for which it has no typed hook."""

        host: str
        port: int
        timeout: float

        def _new_conn(self) -> socket.socket:
            try:
                return connect(self.host, self.port, TIMEOUT_S[0], allowed, resolve)
            except OSError as error:
                raise NewConnectionError(self, str(error)) from error  # type: ignore[arg-type]

    class Plain(Guard, HTTPConnection):  # type: ignore[misc]
        pass

    class Secure(Guard, HTTPSConnection):  # type: ignore[misc]
        pass

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain  # type: ignore[assignment]

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure  # type: ignore[assignment]

    return {"http": PlainPool, "https": SecurePool}
