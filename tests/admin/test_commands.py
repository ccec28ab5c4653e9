import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from itsm.platform.house import House
from tests.instances import Instance

Runs = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def instance(instances: Callable[[str], Instance]) -> Instance:
    """What commands print does not hang on the database, so one of them is enough here."""
    return instances("sqlite")


@pytest.fixture
def itsm(house: House) -> Runs:
    """Run a command against the instance: `itsm("doctor", "--json")`."""
    settings = house.settings
    environment = os.environ | {
        "ITSM_HOME": str(settings.home),
        "ITSM_DATABASE_URL": settings.database_url,
        "ITSM_SECRET_KEY": settings.secret_key,
    }

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "itsm", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return run


def test_the_doctor_ends_with_1_where_something_has_to_be_mended(itsm: Runs) -> None:
    result = itsm("doctor", "--json")

    found = {one["name"]: one["state"] for one in json.loads(result.stdout)}
    assert (found["database"], found["clock"], result.returncode) == ("ok", "fail", 1)


def test_a_table_is_tried_imported_and_exported(itsm: Runs, tmp_path: Path) -> None:
    table = tmp_path / "cis.csv"
    table.write_text("name,class\nhost-1,server\n")

    tried = itsm("import", "cis", str(table), "--dry-run").stdout
    done = itsm("import", "cis", str(table)).stdout

    assert tried == "Would import cis: 1 create, 0 update, 0 unchanged, 0 rejected.\n"
    assert done == "Imported cis: 1 create, 0 update, 0 unchanged, 0 rejected.\n"
    assert "CI-1001,server,host-1" in itsm("export", "cis").stdout


def test_rows_that_are_left_out_are_told_with_status_1(itsm: Runs, tmp_path: Path) -> None:
    table = tmp_path / "cis.csv"
    table.write_text("name,class\nhost-1,spaceship\n")

    result = itsm("import", "cis", str(table))

    assert (result.stderr, result.returncode) == ("line 2: there is no class 'spaceship'\n", 1)


@pytest.mark.usefixtures("cast")
def test_an_account_gets_one_more_role(itsm: Runs) -> None:
    assert itsm("user", "grant", "charlie", "--role", "auditor").returncode == 0
