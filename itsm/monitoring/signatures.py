"""Whether a message is signed as its integration asks: the part that needs the world.

A certificate is fetched once by each process. Only addresses of SNS itself are ever asked, which
`sns.certificate_address` sees to.
"""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from itsm.monitoring import body, sns
from itsm.monitoring.body import Document, TooLarge, Unreadable
from itsm.monitoring.intake import Posted
from itsm.monitoring.signal import Reject
from itsm.platform.http import Client, Forbidden, Unreachable

MAX_HELD = 32


class NoCertificate(Exception):
    """The certificate cannot be had now: whether a message is signed will be known later."""


class Certificates:
    """Certificates by address, as far as this process has met them."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._held: dict[str, bytes] = {}

    def get(self, address: str, waiting: Callable[[], None]) -> bytes:
        """Return a certificate; `waiting` is called before it is fetched. Raises NoCertificate."""
        held = self._held.get(address)
        if held is None:
            waiting()
            held = self._fetch(address)
            while len(self._held) >= MAX_HELD:
                self._held.pop(next(iter(self._held)), None)
            self._held[address] = held
        return held

    def _fetch(self, address: str) -> bytes:
        try:
            answer = self._client.get(address)
        except (Forbidden, Unreachable) as error:
            raise NoCertificate(f"could not be reached ({type(error).__name__})") from error
        if answer.status != HTTPStatus.OK:
            raise NoCertificate(f"answered {answer.status}")
        return answer.body


def unsigned(
    posted: Posted, certificates: Certificates, now: datetime, waiting: Callable[[], None]
) -> Reject | None:
    """Return why a message is not signed by SNS, None where it is. Raises NoCertificate.

    What is too large is left to the reader, who does not read it either.
    """
    try:
        document = body.message(posted.raw, posted.headers).document()
        envelope = _envelope(document)
        address = sns.certificate_address(envelope)
        sns.must_be_signed(envelope, certificates.get(address, waiting), now)
    except Unreadable as error:
        return Reject(0, error.field, error.reason)
    except TooLarge:
        return None
    return None


def _envelope(document: Document) -> dict[str, body.Json]:
    document.must_be_flawless()
    if not sns.is_envelope(document.root):
        raise Unreadable("Signature", "is missing, and this integration takes signed messages only")
    envelope: dict[str, body.Json] = document.root
    return envelope
