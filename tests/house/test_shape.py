"""Rules of the house that a linter has no word for. Each list in an assert names the offenders."""

import ast
from collections.abc import Iterator

from tests.house.sources import Module, functions, modules, session_calls

FILE_LINES = 400
FUNCTION_LINES = 50
# A migration is one long list by nature, and never read again once it has run.
WRITTEN = ("itsm", "tests", "bench", "docs")
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "lib"}

# The doors' machinery, which keeps tables of its own.
MACHINERY = ("itsm.platform", "itsm.kernel", "itsm.web")
MAY_COMMIT = (
    "itsm/platform/",
    "itsm/web/door.py",
    "itsm/monitoring/intake.py",  # begins anew to keep a message that could not be applied
)
MAY_FLUSH = (
    *MAY_COMMIT,
    "itsm/kernel/work.py",
    "itsm/monitoring/snmp/problems.py",  # rows must be there before the next statement counts them
    "itsm/people/roles.py",  # as above
)
NOUNS_AND_DOORS = {
    "api", "cli", "events", "inputs", "jobs", "models", "pages", "queries", "states", "views",
}  # fmt: skip


def is_domain(module: Module) -> bool:
    return module.path.startswith("itsm/") and module.room not in MACHINERY


def test_only_a_door_commits() -> None:
    others = (m for m in modules("itsm") if not m.path.startswith(MAY_COMMIT))

    assert [place for m in others for place in session_calls(m, "commit", "rollback")] == []


def test_nobody_flushes_by_hand() -> None:
    others = (m for m in modules("itsm") if not m.path.startswith(MAY_FLUSH))

    assert [place for m in others for place in session_calls(m, "flush")] == []


def test_a_state_is_set_by_a_verb_and_nowhere_else() -> None:
    others = (m for m in modules("itsm") if is_domain(m) and m.name in NOUNS_AND_DOORS)

    assert [place for m in others for place in state_assignments(m)] == []


def state_assignments(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        match node:
            case ast.Attribute(attr="state", ctx=ast.Store()):
                yield f"{module.path}:{node.lineno}"


def test_selects_stand_in_queries() -> None:
    rooms = ("api", "inputs", "jobs", "service", "views")
    asking = (m for m in modules("itsm") if is_domain(m) and m.name in rooms)

    assert [m.path for m in asking if imports(m, "sqlalchemy", "select")] == []


def imports(module: Module, source: str, name: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == source
        and name in {alias.name for alias in node.names}
        for node in ast.walk(module.tree)
    )


def test_a_file_holds_one_thing() -> None:
    long = {m.path: m.text.count("\n") for m in modules(*WRITTEN)}

    assert {path: lines for path, lines in long.items() if lines > FILE_LINES} == {}


def test_a_function_fits_on_a_screen() -> None:
    long = [
        f"{m.path}:{f.lineno} {f.name}"
        for m in modules(*WRITTEN)
        for f in functions(m)
        if (f.end_lineno or f.lineno) - f.lineno >= FUNCTION_LINES
    ]

    assert long == []


def test_nothing_lies_in_a_drawer() -> None:
    paths = [m.path for m in modules()]

    assert [p for p in paths if DRAWERS & set(p.removesuffix(".py").split("/"))] == []


def test_a_test_asserts_something() -> None:
    idle = [
        f"{module.path} {function.name}"
        for module in modules("tests")
        for function in functions(module)
        if function.name.startswith("test_") and not expects(function, checkers(module))
    ]

    assert idle == []


def checkers(module: Module) -> frozenset[str]:
    """Return the names of what in `module` asserts, for tests to call."""
    return frozenset(f.name for f in functions(module) if expects(f, frozenset()))


def expects(function: ast.AST, checks: frozenset[str]) -> bool:
    """Say whether it asserts, expects a raise, or calls something that does or is named for it."""
    words = ("assert", "check", "expect", "raises", "verify", "wait_until")
    called = {
        ast.unparse(node.func).rpartition(".")[2]
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
    }
    return (
        any(isinstance(node, ast.Assert) for node in ast.walk(function))
        or bool(called & checks)
        or any(name.startswith(words) for name in called)
    )
