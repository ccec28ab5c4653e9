"""The names by which monitoring and people call a CI, brought to one form so that they meet."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from itsm.assets.models import NameKind

MAX_LENGTH = 255
MAX_LABEL = 63
_PORT = re.compile(r":\d{1,5}$")
_MAC = re.compile(r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")


@dataclass(frozen=True, slots=True)
class Name:
    """A normalised name. `short` is the first label of a host name, empty for anything else."""

    kind: NameKind
    value: str
    short: str = ""

    @property
    def qualified(self) -> bool:
        """Whether it is a host name with its domain."""
        return self.kind is NameKind.FQDN


def normalise(text: str) -> Name:
    """Return `text` as a Name: port, scheme, path, user and case are no part of it.

    `kind` is IP, MAC, FQDN, NAME (one host label) or ALIAS (anything that is none of these, with
    its white space collapsed). At most 255 characters are kept; blank text gives the value "".
    """
    plain = " ".join(text.replace("\x00", "").split()).lower()
    host = _host_of(plain)
    address = _ip(host)
    if address:
        return Name(NameKind.IP, address)
    if _MAC.fullmatch(host):
        return Name(NameKind.MAC, _mac(host))
    ascii_host = _to_ascii(host)
    if not ascii_host or not _HOST.fullmatch(ascii_host):
        return Name(NameKind.ALIAS, plain[:MAX_LENGTH])
    kind = NameKind.FQDN if "." in ascii_host else NameKind.NAME
    return Name(kind, ascii_host, ascii_host.partition(".")[0][:MAX_LABEL])


def _host_of(plain: str) -> str:
    if "://" in plain:
        return _url_host(plain)
    if plain.startswith("[") and "]" in plain:
        return plain[1 : plain.index("]")]
    if plain.count(":") == 1:
        plain = _PORT.sub("", plain)
    return plain.rstrip(".")


def _url_host(plain: str) -> str:
    try:
        return (urlsplit(plain).hostname or "").rstrip(".")
    except ValueError:
        return plain


def _ip(host: str) -> str:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def _mac(host: str) -> str:
    digits = re.sub(r"[^0-9a-f]", "", host)
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def _to_ascii(host: str) -> str:
    if len(host) > MAX_LENGTH:
        return ""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
