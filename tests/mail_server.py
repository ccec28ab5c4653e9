"""A mail server that keeps what it is handed, and can go away for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers import free_port


class MailServer:
    """A real SMTP server on a port of its own; `mails` are those that it has accepted."""

    def __init__(self) -> None:
        self.port = free_port()
        self.mails: list[Message] = []
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        """The message ids, in the order in which they came."""
        return [mail["Message-ID"] for mail in self.mails]

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(  # noqa: N802 - aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        del server, session
        self.mails.append(message_from_bytes(envelope.original_content or b""))
        return "250 kept"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Hold a mail server open."""
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
