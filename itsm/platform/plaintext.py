"""The plain text of a file, for search: PDF, DOCX, XLSX and text.

Files come from strangers. `text_of` runs this module in a process of its own, which may use so much
memory and time and no more: a file that is made to hurt costs its own text and nothing else.
"""

import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

SECONDS: Final = 20
MEMORY: Final = 1024**3
# Enough to find a file by; the index keeps no more of one thing.
MOST: Final = 100_000
MOST_PAGES: Final = 200
MOST_CELLS: Final = 50_000
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
# What an office file may be once it is inflated, in bytes.
MOST_INFLATED: Final = 100 * 1024**2


def text_of(path: Path) -> str:
    """Return the text of a file, at most 100,000 characters; empty where there is none to read."""
    command = [sys.executable, "-m", "itsm.platform.plaintext", str(path)]
    # It finds our code, and none of our secrets.
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        done = subprocess.run(  # noqa: S603 - ourselves
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _read(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"%PDF"):
        return _joined(_pdf(path))
    if head.startswith(b"PK\x03\x04"):
        return _joined(_office(path))
    return _plain(path)


def _joined(parts: Iterable[str]) -> str:
    """Return the parts as lines, no more of them than are wanted."""
    found: list[str] = []
    size = 0
    for part in parts:
        found.append(part)
        size += len(part) + 1
        if size >= MOST:
            break
    return "\n".join(found)[:MOST]


def _pdf(path: Path) -> Iterator[str]:
    from pypdf import PdfReader  # noqa: PLC0415 - no other process needs it

    for page in islice(PdfReader(path).pages, MOST_PAGES):
        yield page.extract_text()


def _office(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as archive:
        members = {member.filename: member.file_size for member in archive.infolist()}
    if sum(members.values()) > MOST_INFLATED:
        return iter(())
    reader = next((read for name, read in OFFICE.items() if name in members), None)
    return reader(path) if reader else iter(())


def _docx(path: Path) -> Iterator[str]:
    from docx import Document  # noqa: PLC0415 - no other process needs it

    document = Document(str(path))
    yield from (paragraph.text for paragraph in document.paragraphs)
    for table in document.tables:
        for row in table.rows:
            yield " ".join(cell.text for cell in row.cells)


def _xlsx(path: Path) -> Iterator[str]:
    from openpyxl import load_workbook  # noqa: PLC0415 - no other process needs it

    # Given as a file, since openpyxl goes by the ending of a path and ours have none.
    with path.open("rb") as file:
        book = load_workbook(file, read_only=True, data_only=True)
        rows = (row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
        cells = (str(cell) for row in rows for cell in row if cell is not None)
        yield from islice(cells, MOST_CELLS)


OFFICE: Final[dict[str, Callable[[Path], Iterator[str]]]] = {
    "word/document.xml": _docx,
    "xl/workbook.xml": _xlsx,
}


def _plain(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(4 * MOST)
    if content.startswith(UTF16):
        return content.decode("utf-16", "replace")[:MOST]
    if b"\x00" in content:
        return ""
    return content.decode("utf-8", "replace")[:MOST]


def main() -> None:
    """Print the text of the file that is named, within bounds."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout.buffer.write(_read(Path(sys.argv[1])).encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
