"""Files under the SHA-256 of their content."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest

from itsm.kernel.errors import Invalid, NotFound
from itsm.platform.storage import Folder, sniff

PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)


def test_a_content_is_kept_once_under_its_hash(tmp_path: Path) -> None:
    folder = Folder(tmp_path)

    first, again = folder.keep(BytesIO(b"abc")), folder.keep(BytesIO(b"abc"))

    assert first == again
    assert first.sha256 == hashlib.sha256(b"abc").hexdigest()
    assert folder.path(first.sha256).read_bytes() == b"abc"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [folder.path(first.sha256)]


@pytest.mark.parametrize("content", [b"", bytes(11)])
def test_nothing_and_too_much_are_refused_without_a_trace(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Invalid):
        Folder(tmp_path).keep(BytesIO(content), limit=10)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_missing_content_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Folder(tmp_path).path("0" * 64)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (PNG, "image/png"),
        (b"<html><script>alert(1)</script>", "text/plain"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()">', "text/plain"),
        ("Grüße".encode()[:-2], "text/plain"),
        (bytes(range(256)), "application/octet-stream"),
    ],
)
def test_the_kind_is_what_the_bytes_show(head: bytes, kind: str) -> None:
    assert sniff(head) == kind
