"""The product's own source files, parsed once for all house rules."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
CODE_FOLDERS: Final = ("itsm", "migrations", "tests", "bench", "docs")


class Module(NamedTuple):
    """One file: its path from the root of the repository, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2].removesuffix(".py")

    @property
    def room(self) -> str:
        """The package that it stands in, as `itsm.desk`."""
        return ".".join(self.path.split("/")[:2])


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Return every Python file under `folders`, by default under all that hold code."""
    return tuple(
        read(path)
        for folder in folders or CODE_FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
    )


def read(path: Path) -> Module:
    """Return the parsed file."""
    text = path.read_text()
    return Module(str(path.relative_to(ROOT)), text, ast.parse(text))


def session_calls(module: Module, *names: str) -> Iterator[str]:
    """Yield where `module` calls a method of one of these names on a database session."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name, value=receiver)) if name in names:
                if ast.unparse(receiver).endswith("session"):
                    yield f"{module.path}:{node.lineno} .{name}("


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of `module`, nested ones included."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
