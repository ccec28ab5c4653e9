"""The command line as an operator uses it: one line of answer, one line of error."""

import io
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from itsm.cli import main


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Ended]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


@pytest.fixture
def itsm(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Run the command line on an instance as `itsm init` leaves it."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)

    def run(*words: str, typed: str = "", **settings: str) -> Ended:
        for name, value in {"ITSM_HOME": str(home), **settings}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["itsm", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as end:
            main()
        told = capsys.readouterr()
        return Ended(int(end.value.code or 0), told.out, told.err)

    if not (home / "itsm.sqlite3").exists():
        assert run("init").returncode == 0
    yield run
    root.handlers[:], root.level = before


def test_initialising_twice_is_safe(itsm: Run) -> None:
    again = itsm("init")

    assert (again.returncode, again.stdout) == (0, "The database is ready.\n")


def test_the_first_person_gets_a_token_that_is_shown_once(itsm: Run) -> None:
    added = itsm(
        "user", "add", "ada", "--role", "admin", "--password-stdin", typed="a long secret\n"
    )
    assert added.returncode == 0, added.stderr
    told = json.loads(itsm("token", "add", "--user", "ada", "--scope", "all", "--json").stdout)

    assert re.fullmatch(r"itsm_[\w-]{43}", told["token"])


def test_an_integration_prints_where_to_post(itsm: Run) -> None:
    told = json.loads(itsm("integration", "add", "generic", "Graylog", "--json").stdout)

    assert set(told) == {"kind", "name", "url", "key"}
    assert told["url"] == f"http://127.0.0.1:8000/hooks/generic/{told['key']}"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("user", "add", "bea", "--role", "king"), "itsm: there is no role 'king'; there are "),
        (
            ("token", "add", "--user", "nobody", "--scope", "all"),
            "itsm: there is no person 'nobody'",
        ),
        (("integration", "add", "morse", "Tower"), "itsm: kind: must be one of "),
        (("integration", "add", "generic", "X", "--policy", "none"), "itsm: "),
    ],
)
def test_a_mistake_gets_one_line_and_status_1(itsm: Run, words: tuple[str, ...], line: str) -> None:
    failed = itsm(*words)

    assert failed.returncode == 1
    assert failed.stderr.startswith(line)
    assert failed.stderr.count("\n") == 1
    assert failed.stdout == ""


def test_wrong_usage_exits_with_2(itsm: Run) -> None:
    assert itsm("user", "add").returncode == 2
    assert itsm("nonsense").returncode == 2


def test_a_wrong_setting_stops_the_start_with_one_line(itsm: Run) -> None:
    failed = itsm("init", ITSM_COLOUR="red")

    assert (failed.returncode, failed.stderr) == (1, "itsm: ITSM_COLOUR is not a setting\n")


def test_a_database_that_is_away_is_named_without_a_traceback(itsm: Run) -> None:
    failed = itsm("oncall", "who", ITSM_DATABASE_URL="postgresql+psycopg://x@127.0.0.1:1/x")

    assert failed.returncode == 1
    assert "the database is not available" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_the_journal_is_verified_and_a_broken_one_exits_with_1(itsm: Run) -> None:
    assert itsm("audit", "verify").stdout.startswith("The journal holds: ")


def test_nobody_on_call_is_said_so(itsm: Run) -> None:
    assert json.loads(itsm("oncall", "who", "--json").stdout) == []


def test_secrets_are_encrypted_anew(itsm: Run) -> None:
    assert "secrets are encrypted under the newest key" in itsm("secrets", "rotate").stdout


@pytest.mark.parametrize(
    "words", [(), ("user", "add"), ("token", "add"), ("integration", "add"), ("oncall", "who"),
              ("audit", "verify"), ("doctor",), ("run",), ("demo",), ("web",), ("traps",)]
)  # fmt: skip
def test_every_command_tells_how_it_is_used(itsm: Run, words: tuple[str, ...]) -> None:
    told = itsm(*words, "--help")

    assert told.returncode == 0
    assert told.stdout.startswith("Usage: ")
