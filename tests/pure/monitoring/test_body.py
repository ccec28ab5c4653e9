"""What a body from outside may be, and what is said of one that may not."""

import gzip
import json
import tracemalloc
import zlib

import pytest

from itsm.monitoring.body import MAX_BYTES, Document, Flaw, TooLarge, Unreadable, message, parse

HUGE = "9" * 5000


def read(raw: bytes, **headers: str) -> Document:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return message(raw, named).document()


def refusal(raw: bytes, **headers: str) -> str:
    with pytest.raises(Unreadable) as caught:
        read(raw, **headers).must_be_flawless()
    return str(caught.value)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "body: is empty"),
        (b"  \n", "body: is empty"),
        (b'{"a": [1', "body: is not JSON: Expecting ',' delimiter at line 1 column 9"),
        (b"title=disk&state=down", "body: is not JSON: Expecting value at line 1 column 1"),
        (b"\x00", "body: is not JSON: Expecting value at line 1 column 1"),
        (b'{"a": "\x00"}', "body: is not JSON: Invalid control character at at line 1 column 8"),
        (b'{"a": {"b": "x\\u0000"}}', "a.b: holds the character NUL"),
        (b'{"a": ["\\ud800"]}', "a[0]: holds half of a surrogate pair"),
        (b'{"\\udc00": 1}', "holds half of a surrogate pair"),
        (b'{"a": NaN}', "a: NaN is not JSON"),
        (b'{"a": -Infinity}', "a: -Infinity is not JSON"),
        (b'{"a": 1e999}', "a: is a number out of range"),
        (b'{"a": {"b": 1, "c": 2, "b": 1}}', "a.b: occurs twice"),
        (f'{{"a": {HUGE}}}'.encode(), "a: is an integer of too many digits"),
        (b"\xff\xfe\xfa{}", "body: is not valid utf-8 at byte 0"),
        (b"[" * 10_000 + b"]" * 10_000, "body: is nested more than 64 deep"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "body: is nested more than 64 deep"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, "is nested more than 64 deep"),
    ],
)
def test_what_json_cannot_be_is_named_with_its_field(raw: bytes, said: str) -> None:
    assert said in refusal(raw)


@pytest.mark.parametrize(
    ("content_type", "raw"),
    [
        ("", "ü"),
        ("application/json", "ü"),
        ('application/json; charset="UTF-8"', "ü"),
        ("application/json; charset=iso-8859-1", "ü"),
        ("text/plain; charset=utf-16", "ü"),
    ],
)
def test_the_declared_charset_is_honoured(content_type: str, raw: str) -> None:
    charset = content_type.partition("charset=")[2].strip('"') or "utf-8"

    assert read(f'"{raw}"'.encode(charset), content_type=content_type).root == raw


def test_a_byte_order_mark_is_no_error() -> None:
    assert read(b'\xef\xbb\xbf{"a": 1}').root == {"a": 1}


def test_an_unknown_charset_is_named() -> None:
    said = refusal(b"{}", content_type="application/json; charset=klingon")

    assert said == "content-type: charset 'klingon' is not known"


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b'{"a": 1}', mtime=0)),
        ("GZIP", gzip.compress(b'{"a":', mtime=0) + gzip.compress(b" 1}", mtime=0)),
        ("deflate", zlib.compress(b'{"a": 1}')),
        ("deflate", zlib.compress(b'{"a": 1}')[2:-4]),
        ("identity", b'{"a": 1}'),
    ],
)
def test_compressed_bodies_are_read(encoding: str, packed: bytes) -> None:
    assert read(packed, content_encoding=encoding).root == {"a": 1}


@pytest.mark.parametrize(
    ("encoding", "packed", "said"),
    [
        ("br", b"{}", "content-encoding: 'br' is not gzip, deflate or identity"),
        ("gzip", b"{}", "body: is not valid gzip"),
        ("deflate", b"\xff\xff", "body: is not valid deflate"),
        ("gzip", gzip.compress(b"{}", mtime=0)[:-6], "body: the compressed stream ends early"),
    ],
)
def test_a_broken_encoding_is_named(encoding: str, packed: bytes, said: str) -> None:
    assert refusal(packed, content_encoding=encoding) == said


def test_one_byte_over_the_limit_is_too_large() -> None:
    with pytest.raises(TooLarge):
        message(b" " * (MAX_BYTES + 1), {})


def test_a_gzip_bomb_is_stopped_within_bounded_memory() -> None:
    bomb = gzip.compress(b"0" * 200_000_000, compresslevel=9)
    tracemalloc.start()
    with pytest.raises(TooLarge):
        message(bomb, {"content-encoding": "gzip"})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert len(bomb) < MAX_BYTES
    assert peak < 8 * MAX_BYTES


def test_a_flaw_inside_one_member_leaves_the_others_readable() -> None:
    document = parse('{"alerts": [{"v": 1}, {"v": NaN}]}')

    document.must_be_flawless_outside(("alerts",))
    assert document.flaw_in(("alerts", 0)) is None
    assert document.flaw_in(("alerts", 1)) == Flaw(("alerts", 1, "v"), "NaN is not JSON")


def test_a_flaw_outside_the_members_spoils_the_whole() -> None:
    with pytest.raises(Unreadable, match="receiver: occurs twice"):
        parse('{"receiver": 1, "receiver": 2, "alerts": []}').must_be_flawless_outside(("alerts",))


def test_many_flaws_are_not_all_collected() -> None:
    document = parse(json.dumps([float("nan")] * 5000))

    assert len(document.flaws) == 20
    with pytest.raises(Unreadable):
        document.must_be_flawless_outside(())
