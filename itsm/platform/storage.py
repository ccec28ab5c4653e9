"""Files on disk, under the SHA-256 of their content: what a sender calls a file is never a path.

A file is written aside, synced and renamed, so that a name always holds the whole content; the
same content twice is one file. What a transaction that rolls back leaves behind does no harm.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import puremagic

from itsm.kernel.errors import Invalid, NotFound

# Its place in the home of the instance.
FILES = "files"
LIMIT = 25 * 1024 * 1024
CHUNK = 256 * 1024
HEAD = 64 * 1024
UNKNOWN = "application/octet-stream"
# What a browser may show by itself. SVG is a program, so it is not among them.
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
TEXT = "text/plain"


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored content: its SHA-256 in hex, its size in bytes, the media type that it shows."""

    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder that holds the contents."""

    root: Path

    def keep(self, stream: IO[bytes], *, limit: int = LIMIT) -> Kept:
        """Store what `stream` holds. Raises Invalid above `limit` bytes, or for nothing at all."""
        self.root.mkdir(parents=True, exist_ok=True)
        digest, size, head = hashlib.sha256(), 0, b""
        with tempfile.NamedTemporaryFile(dir=self.root, prefix=".new-", delete=False) as file:
            try:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    _check_size(size, limit)
                    digest.update(chunk)
                    head = head or chunk[:HEAD]
                    file.write(chunk)
                if not size:
                    raise Invalid("the file is empty", {"files": "empty"})
                file.flush()
                os.fsync(file.fileno())
                self._settle(Path(file.name), digest.hexdigest())
            finally:
                Path(file.name).unlink(missing_ok=True)
        return Kept(digest.hexdigest(), size, sniff(head))

    def path(self, sha256: str) -> Path:
        """Return where a content lies. Raises NotFound if it is not there."""
        place = self._place(sha256)
        if not place.is_file():
            raise NotFound("the file is missing from storage")
        return place

    def _place(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256

    def _settle(self, written: Path, sha256: str) -> None:
        place = self._place(sha256)
        place.parent.mkdir(exist_ok=True)
        written.replace(place)
        # The new name is durable only once its folder is.
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def sniff(head: bytes) -> str:
    """Return the media type that the first bytes of a content show, never what a sender claims."""
    try:
        found = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        found = ""
    if found in IMAGES:
        return found
    if _is_text(head):
        return TEXT
    return found or UNKNOWN


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        # The head may end within a character.
        head.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3
    return True


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise Invalid("the file is too large", {"files": f"at most {limit // 1024 // 1024} MiB"})
