"""The text of files: what is found in them, and that none of them can hurt."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook

from itsm.platform import plaintext
from itsm.platform.plaintext import text_of

# One page that says "Quarterly heliograph", written by hand.
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R
/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 51>>stream
BT /F1 18 Tf 20 100 Td (Quarterly heliograph) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R/Size 6>>
startxref
0
%%EOF
"""


def docx() -> bytes:
    document = Document()
    document.add_paragraph("The heliograph stands on the roof.")
    document.add_table(1, 2).rows[0].cells[1].text = "Serial HG-77"
    return saved(document.save)


def xlsx() -> bytes:
    book = Workbook()
    assert book.active is not None
    book.active.append(["heliograph", 4711])
    return saved(book.save)


def saved(save: Callable[[io.BytesIO], object]) -> bytes:
    held = io.BytesIO()
    save(held)
    return held.getvalue()


def bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * (plaintext.MOST_INFLATED + 1))
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PDF, ["Quarterly heliograph"]),
        (docx(), ["The heliograph stands on the roof.", "Serial HG-77"]),
        (xlsx(), ["heliograph", "4711"]),
        ("Überlauf im Heliograph".encode(), ["Überlauf im Heliograph"]),
        ("\ufeffWindows text".encode("utf-16"), ["Windows text"]),
    ],
    ids=["pdf", "docx", "xlsx", "utf-8", "utf-16"],
)
def test_the_words_of_a_file_are_found(tmp_path: Path, content: bytes, words: list[str]) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    text = text_of(file)

    assert all(word in text for word in words)


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7 broken", b"PK\x03\x04 broken", b"\x89PNG\r\n\x1a\n\x00\x00", bomb()],
    ids=["empty", "broken pdf", "broken zip", "picture", "bomb"],
)
def test_what_cannot_be_read_has_no_text(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)

    assert text_of(file) == ""


def test_a_long_file_is_cut(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("word " * 100_000)

    assert len(text_of(file)) == plaintext.MOST


def test_one_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plaintext, "SECONDS", 0)
    file = tmp_path / "file"
    file.write_text("text")

    assert text_of(file) == ""
