import pytest

from itsm.assets.models import NameKind
from itsm.assets.names import Name, normalise


def host(value: str, short: str) -> Name:
    return Name(NameKind.FQDN if "." in value else NameKind.NAME, value, short)


@pytest.mark.parametrize(
    "text",
    [
        "db-01.example.org",
        "DB-01.Example.ORG.",
        "db-01.example.org:9100",
        "https://db-01.example.org/health?x=1",
        "postgresql://app@db-01.example.org:5432/orders",
        "  db-01.example.org\n",
    ],
)
def test_a_host_name_is_the_same_however_it_is_written(text: str) -> None:
    assert normalise(text) == host("db-01.example.org", "db-01")


@pytest.mark.parametrize("text", ["db-01", "DB-01:9100", "http://db-01/"])
def test_a_short_name_stays_short(text: str) -> None:
    assert normalise(text) == host("db-01", "db-01")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("10.0.0.7:9100", "10.0.0.7"),
        ("http://10.0.0.7:8080/x", "10.0.0.7"),
        ("2001:DB8:0:0::7", "2001:db8::7"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("https://[2001:db8::7]:443/", "2001:db8::7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_an_address_has_one_form(text: str, address: str) -> None:
    assert normalise(text) == Name(NameKind.IP, address)


@pytest.mark.parametrize("text", ["00:1B:44:11:3A:B7", "00-1b-44-11-3a-b7", "001b.4411.3ab7"])
def test_a_hardware_address_has_one_form(text: str) -> None:
    assert normalise(text) == Name(NameKind.MAC, "00:1b:44:11:3a:b7")


def test_a_name_in_other_letters_is_put_in_ascii() -> None:
    assert normalise("Bücher.Example") == host("xn--bcher-kva.example", "xn--bcher-kva")


def test_what_is_no_host_name_is_kept_as_words() -> None:
    assert normalise("  Order   Service (EU) ") == Name(NameKind.ALIAS, "order service (eu)")


@pytest.mark.parametrize("text", ["", "  ", "\x00", "http://", "http://[::1", "a..", "é" * 300])
def test_nonsense_is_no_error(text: str) -> None:
    assert len(normalise(text).value) <= 255
