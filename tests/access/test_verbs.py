"""Every verb that begins by asking for a permission: all other rights together do not open it.

The verbs and what they need are pinned in `verbs.txt`. A route in front of a verb asks too; this
is about doors that are none, such as a rule, an import or another verb.
"""

import ast
import inspect
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import pytest

from itsm.kernel.access import Actor, ActorKind, Facts, Grant, Permission, Reach
from itsm.kernel.errors import Denied
from itsm.kernel.work import Origin, Work

ROOT = Path(__file__).parents[2]
PINNED = Path(__file__).with_name("verbs.txt").read_text().splitlines()
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Anything:
    """Stands for whatever a verb is asked to change; it belongs to nobody and is no secret."""

    def facts(self) -> Facts:
        return Facts()


def verbs() -> Iterator[str]:
    """Yield every function that begins with `work.must`, and what it asks for."""
    for file in sorted((ROOT / "itsm").rglob("*.py")):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and (asked := asks_first(node)):
                yield f"{module}.{node.name} {asked}"


def asks_first(function: ast.FunctionDef) -> str:
    """Return the permission that a function asks for before all else, empty if it does not."""
    first = function.body[1 if ast.get_docstring(function) else 0 :][:1]
    match first:
        case [
            ast.Expr(
                ast.Call(
                    ast.Attribute(attr="must"), [ast.Attribute(ast.Name("Permission"), name), *_]
                )
            )
        ]:
            return Permission[name].value
    return ""


def all_but(permission: Permission) -> Work:
    """Return the Work of a person with every right but one; it reaches no database."""
    grants = tuple(Grant(one, Reach.ALL) for one in Permission if one is not permission)
    actor = Actor(ActorKind.PERSON, "mallory", id=1, grants=grants)
    nothing = cast("Any", None)
    return Work(nothing, actor, NOON, Origin("test"), nothing)


def test_what_verbs_need_is_pinned() -> None:
    assert list(verbs()) == PINNED


@pytest.mark.parametrize("line", PINNED)
def test_no_other_right_opens_a_verb(line: str) -> None:
    path, permission = line.split()
    module, name = path.rsplit(".", 1)
    verb = getattr(import_module(module), name)
    work = all_but(Permission(permission))
    others = [one for one in inspect.signature(verb).parameters if one != "work"]

    with pytest.raises(Denied, match=permission):
        verb(work, **dict.fromkeys(others, Anything()))
