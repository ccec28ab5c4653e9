"""What an incoming mail says, whatever comes."""

from hypothesis import given
from hypothesis import strategies as st

from itsm.oncall.mail_text import read

HEAD = b"From: Ann <ann@example.org>\r\nMessage-ID: <1@example.org>\r\n"


def line(body: bytes, kind: str = "text/plain; charset=utf-8", more: str = "") -> str:
    head = HEAD + f"Content-Type: {kind}\r\n{more}\r\n".encode()
    return read(head + body, "ann@example.org").line


def test_charsets_and_encodings_are_undone() -> None:
    assert line("Übernommen".encode("latin-1"), "text/plain; charset=iso-8859-1") == "Übernommen"
    assert line(b"QUNL", more="Content-Transfer-Encoding: base64\r\n") == "ACK"
    assert line(b"A=43K", more="Content-Transfer-Encoding: quoted-printable\r\n") == "ACK"


def test_a_charset_that_there_is_not_is_no_reason_to_fail() -> None:
    assert line(b"ACK", "text/plain; charset=klingon") in {"", "ACK"}


def test_what_is_quoted_is_not_said() -> None:
    assert line(b"> ACK\r\n") == ""
    assert line(b"Am 2. Maerz schrieb Ann:\r\n> ACK\r\n") == ""
    assert line(b"-----Original Message-----\r\nACK\r\n") == ""


def test_the_sender_is_an_address_in_small_letters() -> None:
    found = read(b"From: =?utf-8?q?=C3=84nn?= <ANN@Example.org>\r\n\r\nACK", "x@y")

    assert found.sender == "ann@example.org"
    assert not found.automatic


@given(st.binary(max_size=2000))
def test_any_bytes_are_read(body: bytes) -> None:
    assert len(read(body, "a@b").line) <= 200
    assert (
        len(
            read(HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + body, "").line
        )
        <= 200
    )


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_header_is_read(name: str, value: str) -> None:
    head = f"From: {name}\r\nContent-Type: {value}\r\nAuto-Submitted: {value}\r\n\r\nACK"
    assert len(read(head.encode("utf-8", "surrogateescape"), "a@b").line) <= 200
