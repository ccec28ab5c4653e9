"""The receiver process, `itsm mail`: SMTP into the intake ledger.

A mail is answered with 250 once it is committed, with a job for whoever reads it in the same
transaction. While the database is away it is answered with 451 and stays with its sender. Nothing
is relayed: what is for none of our addresses is refused before its text is sent (RFC 5321).
"""

import asyncio
import logging
import signal
from typing import Final

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Origin
from itsm.mail.addresses import Recipient, recipient
from itsm.platform import intake, metrics, outbox
from itsm.platform.faults import kill_point
from itsm.platform.house import House
from itsm.platform.intake import Message
from itsm.platform.outbox import Lane, Payload

log = structlog.get_logger()
DOOR: Final = "mail"
LARGEST: Final = 10 * 1024 * 1024
MOST_RECIPIENTS: Final = 10
IDLE_S: Final = 60
AWAY: Final = (OperationalError, InterfaceError, PoolTimeout)
OK, LATER = "250 2.0.0 OK, kept", "451 4.3.0 Not now: try again later"
UNKNOWN, TOO_MANY = "550 5.1.1 There is no such address", "452 4.5.3 Too many recipients"


def run(house: House, bind: str) -> int:
    """Receive mail on `bind`, "host:port", until SIGTERM or SIGINT; return the exit status."""
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    host, _, port = bind.rpartition(":")
    try:
        asyncio.run(_serve(house, host.strip("[]"), int(port)))
    except OSError as error:
        log.error("cannot listen for mail", bind=bind, reason=error.strerror)  # noqa: TRY400 - a mistake of the set-up
        return 1
    return 0


async def _serve(house: House, host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(lambda: protocol(Handler(house)), host, port)
    log.info("listening for mail", address=f"{host}:{port}")
    async with server:
        await stop.wait()


def protocol(handler: "Handler") -> SMTP:
    """Return the server's side of one connection."""
    return SMTP(
        handler,
        data_size_limit=LARGEST,
        enable_SMTPUTF8=True,
        ident="ITSM",
        timeout=IDLE_S,
        loop=asyncio.get_running_loop(),
    )


class Handler:
    """What is said to a sender: which recipients there are, and whether a mail is kept."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        """Accept an address of ours, and no other."""
        del server, session, rcpt_options
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        if recipient(address, self._house.settings.mail_domain) is None:
            metrics.mails_refused.labels("recipient").inc()
            return UNKNOWN
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail; say so only once it is committed."""
        del server
        peer = str(session.peer[0]) if session.peer else ""
        try:
            await asyncio.to_thread(self._keep, envelope, peer)
        except AWAY as error:
            log.warning("mail waits for the database", reason=type(error).__name__)
            metrics.mails_refused.labels("database").inc()
            return LATER
        kill_point("mail-stored")
        metrics.mails_kept.labels("smtp").inc()
        return OK

    def _keep(self, envelope: Envelope, peer: str) -> None:
        body = envelope.content if isinstance(envelope.content, bytes) else b""
        # A machine that wants no answer says "<>" (RFC 5321, 4.5.5).
        sender = (envelope.mail_from or "").strip("<>")
        with self._house.work(SYSTEM, Origin(DOOR, address=peer)) as work:
            for address in envelope.rcpt_tos:
                found = recipient(address, self._house.settings.mail_domain)
                if found is None:
                    continue
                about = {"envelope-from": sender[:320], "envelope-to": _masked(address, found)}
                row_id = intake.keep(
                    work, Message(DOOR, found.job, body, address=peer, headers=about)
                )
                payload: Payload = {
                    "intake_id": row_id,
                    "token": found.token,
                    "sender": sender[:320],
                }
                outbox.put(work, found.job, payload, key=f"mail:{row_id}", lane=Lane.PAGE)
        self._house.wake()


def _masked(address: str, found: Recipient) -> str:
    """Return an address without the secret in it, to be shown."""
    return address.replace(found.token, found.token[:4] + "…")
