"""What an incoming mail says: who sent it, the first line of the answer, or a failure. Pure.

Anything may come: headers twice, odd charsets, broken MIME. Whatever cannot be read is empty.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Final

# RFC 3834: what a machine sent by itself is not answered and takes nothing.
_BULK: Final = frozenset({"bulk", "list", "junk", "auto_reply"})
_MACHINE: Final = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "List-Id")
# Where what is quoted begins, in the words of the usual programs; German beside English.
_QUOTED: Final = re.compile(
    r"^(?:>|-{2,}\s*(?:Original|Urspr|Forwarded|Weitergeleitet)|_{5,}|-- ?$"
    r"|(?:On|Am)\b.{0,200}\b(?:wrote|schrieb)\b.*:?$|(?:From|Von):\s)",
    re.IGNORECASE,
)
_MOST_LINES: Final = 40


@dataclass(frozen=True)
class Incoming:
    """What a mail says; texts are empty where it says nothing of the sort."""

    sender: str
    message_id: str
    line: str
    """The first line of its own text, without what it quotes."""
    automatic: bool
    failed: str
    """Why a mail of ours was not delivered, from a delivery status notification (RFC 3464)."""


def read(body: bytes, envelope_from: str) -> Incoming:
    """Return what a raw mail says. `envelope_from` is empty for what machines send."""
    mail = message_from_bytes(body, policy=policy.default)
    failed = _failure(mail)
    return Incoming(
        sender=parseaddr(_header(mail, "From"))[1].strip().casefold()[:320],
        message_id=_header(mail, "Message-ID").strip()[:990],
        line="" if failed else _first_line(_text(mail)),
        automatic=not envelope_from or _is_automatic(mail),
        failed=failed,
    )


def _header(mail: EmailMessage, name: str) -> str:
    try:
        found = mail.get_all(name, [])
    except (MessageError, ValueError, LookupError, TypeError, IndexError, AttributeError):
        return ""
    # A mail with two senders has none that could be believed.
    return str(found[0]) if len(found) == 1 else ""


def _is_automatic(mail: EmailMessage) -> bool:
    said = _header(mail, "Auto-Submitted").split(";")[0].strip().casefold()
    return (
        said not in {"", "no"}
        or _header(mail, "Precedence").strip().casefold() in _BULK
        or any(name in mail for name in _MACHINE)
    )


def _failure(mail: EmailMessage) -> str:
    """Return the diagnosis of a mail that says that another one has failed for good."""
    if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
        return ""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        text = part.as_bytes(policy=policy.compat32).decode("utf-8", "replace")
        fields = dict(re.findall(r"^([A-Za-z-]+):[ \t]*(.+)$", text, re.MULTILINE))
        known = {name.casefold(): value.strip() for name, value in fields.items()}
        if known.get("action", "").casefold() == "failed":
            told = known.get("diagnostic-code") or known.get("status") or "not delivered"
            return told[:200]
    return ""


def _text(mail: EmailMessage) -> str:
    try:
        part = mail.get_body(preferencelist=("plain", "html"))
        content = part.get_content() if part is not None else ""
    except (MessageError, ValueError, LookupError, TypeError, AttributeError):
        return ""
    if not isinstance(content, str) or part is None:
        return ""
    return _without_tags(content) if part.get_content_subtype() == "html" else content


def _first_line(text: str) -> str:
    for line in text.splitlines()[:_MOST_LINES]:
        said = " ".join(line.replace("\x00", "").split())
        if _QUOTED.match(said):
            return ""
        if said:
            return said[:200]
    return ""


class _Text(HTMLParser):
    """Keeps the words of a page, with a new line where a block begins."""

    BLOCKS = frozenset({"p", "div", "br", "li", "tr", "blockquote"})
    SILENT = frozenset({"style", "script", "head", "title"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SILENT:
            self._silent += 1
        if tag == "blockquote" or ("class", "gmail_quote") in attrs:
            self.words.append("\n>")
        elif tag in self.BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SILENT and self._silent:
            self._silent -= 1
        elif tag in self.BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def _without_tags(page: str) -> str:
    parser = _Text()
    parser.feed(page)
    parser.close()
    return "".join(parser.words)
