import pytest

from itsm.assets import imports, queries
from itsm.assets.filters import Filters
from itsm.assets.import_plan import Action
from itsm.assets.queries import Match
from itsm.kernel.errors import Invalid, Refused
from itsm.kernel.work import Work
from tests.assets.made import ci

TABLE = b"""Name;Type;IP Address;Aliases;Depends on;Serial number
db-01;database;10.0.0.7;orders;;
web-01;server;10.0.0.8;;db-01;X1
"""


def actions(work: Work, table: bytes) -> list[Action]:
    return [step.action for step in imports.run_text(work, table, dry_run=True)]


def errors(work: Work, table: bytes) -> dict[str, str]:
    return imports.run_text(work, table, dry_run=True)[0].errors


def test_a_table_becomes_cis_with_names_attributes_and_relations(work: Work) -> None:
    imports.run_text(work, TABLE)

    web = queries.get(work, "CI-1002")
    assert (web.ci_class.key, web.attributes, web.sources) == (
        "server",
        {"serial": "X1"},
        ["import"],
    )
    assert queries.cis_by_names(work, ["orders"])["orders"] == Match(web.id - 1)
    assert [one.ci.name for one in queries.downstream(work, web.id)] == ["web-01", "db-01"]


def test_the_same_table_again_changes_nothing(work: Work) -> None:
    imports.run_text(work, TABLE)

    assert actions(work, TABLE) == [Action.SAME, Action.SAME]


def test_a_dry_run_leaves_nothing_behind(work: Work) -> None:
    assert actions(work, TABLE) == [Action.CREATE, Action.CREATE]
    assert queries.cis_by_names(work, ["db-01"])["db-01"] == Match(None)


def test_a_row_with_a_number_changes_that_ci(work: Work) -> None:
    ci(work, "old name")

    imports.run_text(work, b"number,name,criticality\nCI-1001,new name,High\n")

    changed = queries.get(work, "CI-1001")
    assert (changed.name, changed.criticality) == ("new name", "high")


def test_blank_cells_leave_things_as_they_are(work: Work) -> None:
    ci(work, "db-01", criticality="critical")

    imports.run_text(work, b"name,criticality,description\ndb-01,,words\n")

    assert queries.get(work, "CI-1001").criticality == "critical"


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (b"name,class\nx,spaceship\n", "class"),
        (b"name,team\nx,nobody\n", "owner_team"),
        (b"name,owner\nx,nobody\n", "owner"),
        (b"name,criticality\nx,terrible\n", "criticality"),
        (b"name,runs on\nx,nowhere\n", "runs_on"),
        (b"name,runs on\nx,x\n", "runs_on"),
        (b"name,ip\nx,not an address\n", "addresses"),
        (b"name,class,cpus\nx,server,many\n", "attributes.cpus"),
        (b"number,name\nCI-9,x\n", "number"),
        (b"name,description\n,nameless\n", "name"),
    ],
)
def test_a_row_that_cannot_be_done_says_why(work: Work, table: bytes, column: str) -> None:
    assert list(errors(work, table)) == [column]


def test_bad_rows_are_left_out_and_listed_with_the_reason(work: Work) -> None:
    row = imports.receive(work, "t.csv", b"name,class\ngood,server\nbad,spaceship\n")

    imports.run(work, row)

    assert imports.rejected(row).splitlines()[1] == "bad,spaceship,there is no class 'spaceship'"
    found = queries.cis_by_names(work, ["good", "bad"])
    assert [match.ci_id is not None for match in found.values()] == [True, False]


def test_a_table_is_imported_once(work: Work) -> None:
    row = imports.receive(work, "t.csv", TABLE)
    imports.run(work, row)

    with pytest.raises(Refused):
        imports.run(work, row)


def test_two_rows_about_one_ci_are_not_both_done(work: Work) -> None:
    table = b"name,criticality\nx,high\nx,low\n"

    assert actions(work, table) == [Action.CREATE, Action.REJECT]


@pytest.mark.parametrize("content", [b"", b"name\n", b"\x00\x00", b"a" * (5 * 1024 * 1024 + 1)])
def test_what_is_no_table_is_refused(work: Work, content: bytes) -> None:
    with pytest.raises(Invalid):
        imports.receive(work, "t.csv", content)


def test_what_goes_out_is_no_formula_and_comes_in_again(work: Work) -> None:
    ci(work, "=HYPERLINK(0)", description="-1")

    text = imports.exported(work, Filters())

    assert "'=HYPERLINK(0)" in text
    assert ",-1," in text
    assert actions(work, text.encode()) == [Action.SAME]
