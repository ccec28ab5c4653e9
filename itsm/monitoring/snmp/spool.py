"""A bounded spool on disk for accepted traps while the database is away.

Records are appended to one file and taken in from its start, in the order in which they came. How
far it was taken in stands in the database, in the transaction that stored the records, so that a
crash neither loses nor doubles one. A record that was cut off by a crash is not read.
"""

import json
import os
import struct
import time
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import structlog

log = structlog.get_logger()
LIMIT = 256 * 1024 * 1024
"""Most bytes that the spool may take on disk."""
_HEAD = struct.Struct(">II")


@dataclass(frozen=True, slots=True)
class Record:
    """One accepted datagram: `at` in epoch seconds, `body` as it may be kept."""

    at: float
    source_id: int
    kind: str
    address: str
    body: bytes


class Spool:
    """The spool of one receiver, in `folder`."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        files = sorted(folder.glob("*.spool"))
        self.path = files[-1] if files else self._new_path()
        self.offset = 0
        self._trim()

    @property
    def name(self) -> str:
        """The name of the present file; a file that was taken in whole is never used again."""
        return self.path.name

    @property
    def waiting(self) -> int:
        """How many bytes wait to be taken in."""
        return max(self._size() - self.offset, 0)

    def append(self, records: Iterable[Record]) -> int:
        """Write records to disk, in order, and return how many fitted."""
        room = self._limit - self._size()
        fitting: list[bytes] = []
        for packed in map(_pack, records):
            room -= len(packed)
            if room < 0:
                break
            fitting.append(packed)
        try:
            self._write(b"".join(fitting))
        except OSError:
            log.exception("the trap spool cannot be written", path=str(self.path))
            self._trim()
            return 0
        return len(fitting)

    def read(self, limit: int) -> tuple[list[Record], int]:
        """Return up to `limit` records from the offset on, and the offset after them."""
        found = list(islice(self._records(self.offset), limit))
        return [record for record, _ in found], found[-1][1] if found else self.offset

    def forget(self) -> None:
        """Begin a new file once everything in this one was taken in."""
        self.path.unlink(missing_ok=True)
        self.path = self._new_path()
        self.offset = 0

    def _records(self, offset: int) -> Iterator[tuple[Record, int]]:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(offset)
            while len(head := file.read(_HEAD.size)) == _HEAD.size:
                size, checksum = _HEAD.unpack(head)
                packed = file.read(size)
                if len(packed) < size or zlib.crc32(packed) != checksum:
                    return
                yield _unpack(packed), file.tell()

    def _write(self, packed: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(packed)
            file.flush()
            os.fsync(file.fileno())

    def _trim(self) -> None:
        """Cut off a record that was not written whole, so that others can follow."""
        if self.path.exists():
            end = max((offset for _, offset in self._records(0)), default=0)
            os.truncate(self.path, end)

    def _size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def _new_path(self) -> Path:
        return self._folder / f"{time.time_ns():020d}.spool"


def _pack(record: Record) -> bytes:
    values = asdict(record) | {"body": b64encode(record.body).decode()}
    packed = json.dumps(values).encode()
    return _HEAD.pack(len(packed), zlib.crc32(packed)) + packed


def _unpack(packed: bytes) -> Record:
    values = json.loads(packed)
    return Record(**values | {"body": b64decode(values["body"])})
