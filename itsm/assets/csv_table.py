"""Tables as CSV text: read within bounds, columns guessed by their headings."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from itsm.kernel.errors import Invalid
from itsm.platform.csv_table import FORMULA

MOST_ROWS = 5000
MOST_COLUMNS = 60
MOST_BYTES = 5 * 1024 * 1024
MOST_CELL = 20_000
DELIMITERS = (",", ";", "\t", "|")

# The properties that a column may hold, with the headings by which it is recognised.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "number": ("ci number", "ci", "id"),
    "name": ("hostname", "host", "device", "ci name", "display name"),
    "class": ("type", "ci class", "category", "kind"),
    "description": ("notes", "comment", "comments"),
    "state": ("status",),
    "criticality": ("priority", "importance", "business criticality"),
    "environment": ("env", "stage"),
    "owner_team": ("team", "owner team", "support group", "assignment group"),
    "owner": ("owned by", "responsible", "managed by"),
    "used_by": ("user", "used by", "assigned to"),
    "site": ("location", "office"),
    "aliases": ("alias", "other names"),
    "addresses": ("address", "ip", "ip address", "fqdn", "mac", "dns name", "ips"),
    "service": ("services", "business service"),
    "depends_on": ("depends on", "needs"),
    "runs_on": ("runs on", "hosted on", "host server"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """A heading and rows of as many cells."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def decoded(content: bytes) -> str:
    """Return the text of a file: UTF-8 with or without a mark, UTF-16 by its mark, else Latin-1.

    Raises Invalid for more than 5 MiB.
    """
    if len(content) > MOST_BYTES:
        raise Invalid("the file is larger than 5 MiB", {"file": "larger than 5 MiB"})
    encodings = ("utf-16",) if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ()
    for encoding in (*encodings, "utf-8-sig"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("cp1252", errors="replace")


def read(text: str) -> Table:
    """Return the table in CSV text; the delimiter is the one that the heading has most of.

    Blank rows are left out. Raises Invalid when it is empty, too large, or not a table.
    """
    clean = text.replace("\x00", "")
    first = clean.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        lines = [
            [_unguarded(cell.strip()) for cell in line]
            for line in csv.reader(io.StringIO(clean, newline=""), delimiter=delimiter)
            if any(cell.strip() for cell in line)
        ]
    except csv.Error as error:
        raise Invalid(f"this is not a CSV table: {error}", {"file": str(error)}) from error
    _check_size(lines)
    width = len(lines[0])
    rows = (tuple([*line, *[""] * width][:width]) for line in lines[1:])
    return Table(tuple(lines[0]), tuple(rows))


def _check_size(lines: Sequence[Sequence[str]]) -> None:
    wrong = ""
    if len(lines) <= 1:
        wrong = "the file holds no rows below its heading"
    elif len(lines) - 1 > MOST_ROWS:
        wrong = f"the file holds more than {MOST_ROWS} rows: split it"
    elif len(lines[0]) > MOST_COLUMNS:
        wrong = f"the file holds more than {MOST_COLUMNS} columns"
    elif any(len(cell) > MOST_CELL for line in lines for cell in line):
        wrong = f"a cell holds more than {MOST_CELL} characters"
    if wrong:
        raise Invalid(wrong, {"file": wrong})


def guess(heading: Sequence[str], attributes: Mapping[str, str]) -> list[str]:
    """Return the property that each column seems to hold, "" where none fits; each at most once.

    `attributes` maps the names of attributes to their labels; they are guessed as
    "attributes.<name>".
    """
    known = {_plain(field): field for field in FIELDS}
    known |= {word: field for field, words in FIELDS.items() for word in words}
    for name, label in attributes.items():
        for word in (name, label):
            known.setdefault(_plain(word), f"attributes.{name}")
    taken: set[str] = set()
    guesses = []
    for title in heading:
        found = known.get(_plain(title.removeprefix("attributes.")), "")
        guesses.append("" if found in taken else found)
        taken.add(found)
    return guesses


def parts(cell: str) -> list[str]:
    """Return the several values of one cell, parted by semicolon, comma, bar or line end."""
    return [part.strip() for part in re.split(r"[;,|\n]", cell) if part.strip()]


def _unguarded(cell: str) -> str:
    """Return a cell without the mark that `written` puts before what looks like a formula."""
    return cell[1:] if cell[:1] == "'" and FORMULA.match(cell[1:]) else cell


def _plain(title: str) -> str:
    return re.sub(r"[\s_-]+", " ", title.strip().lower())
