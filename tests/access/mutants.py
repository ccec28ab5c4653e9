"""Remove permission checks one by one and see that the tests of access notice each.

`make mutants` tries twenty checks chosen by chance, `make mutants MUTANTS=all` every one. A check
is taken out alone, in a copy of the sources: a route's `@needs` is weakened to what everybody has,
`work.must` is dropped, `work.can` says yes, `visible_to` hides nothing. Then the authorisation
matrix runs, and the tests of the room in which the check stands. Tests that stay green then are
not testing that check.
"""

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
COPIED: Final = ("itsm", "migrations", "tests", "pyproject.toml", "alembic.ini")
WORKERS: Final = int(os.environ.get("TEST_WORKERS", "2"))
# Who may do what does not depend on the kind of database.
PYTEST: Final = ("-m", "pytest", "-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider",
                 "-k", "not postgresql")  # fmt: skip
SAMPLE: Final = 20
# Whoever asks, look with the eyes of the system, which sees all.
ALL_SEEING: Final = (
    '__import__("dataclasses").replace('
    'work, actor=__import__("itsm.kernel.access").kernel.access.SYSTEM)'
)
CAUGHT: Final = 1  # pytest's exit status when tests failed, as opposed to broke


class Mutant(NamedTuple):
    """One check taken out: where it stands, what stood there and what stands there now."""

    path: Path
    line: int
    before: str
    after: str
    text: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.before} -> {self.after}"

    @property
    def of_verb(self) -> bool:
        """Tell whether it is a check inside a verb, behind the one of the route."""
        return self.after in {"None", "True"}


def mutants() -> list[Mutant]:
    """Return every check of the product, taken out."""
    files = sorted((ROOT / "itsm").rglob("*.py"))
    kept = [file for file in files if ROOT / "itsm/kernel" not in file.parents]
    return [mutant for file in kept for mutant in of_file(file)]


def of_file(path: Path) -> Iterator[Mutant]:
    """Yield one mutant for each check in the file."""
    text = path.read_text()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and (weaker := weakened(node)):
            before = " ".join(ast.unparse(node).split())
            yield Mutant(path, node.lineno, before, weaker, replaced(text, node, weaker))


def weakened(node: ast.Call) -> str:
    """Return what to put in place of a check, nothing if `node` is none."""
    match node:
        case ast.Call(func=ast.Name(id="needs"), args=[ast.Attribute(attr=permission)]):
            return "needs(Permission.SELF)" if permission != "SELF" else ""
        case ast.Call(func=ast.Attribute(attr="must")):
            return "None"
        case ast.Call(func=ast.Attribute(attr="can")):
            return "True"
        case ast.Call(func=ast.Name(id="visible_to") | ast.Attribute(attr="visible_to")):
            return f"{ast.unparse(node.func)}({ALL_SEEING})"
    return ""


def replaced(text: str, node: ast.Call, by: str) -> str:
    """Return `text` with the source of `node` replaced; positions count bytes of UTF-8."""
    lines = text.encode().splitlines(keepends=True)
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end_line, end_column = node.end_lineno or 0, node.end_col_offset or 0
    end = sum(map(len, lines[: end_line - 1])) + end_column
    raw = text.encode()
    return (raw[:start] + by.encode() + raw[end:]).decode()


@contextmanager
def copies(count: int) -> Iterator[Queue[Path]]:
    """Yield copies of the sources for workers to take and give back."""
    with tempfile.TemporaryDirectory(prefix="itsm-mutants-") as folder:
        free: Queue[Path] = Queue()
        for number in range(count):
            copy = Path(folder) / str(number)
            copy.mkdir()
            for name in COPIED:
                copy_any(ROOT / name, copy / name)
            free.put(copy)
        yield free


def copy_any(source: Path, target: Path) -> None:
    """Copy a file or a folder; leave out one that is not there."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    elif source.exists():
        shutil.copyfile(source, target)


def outcome(mutant: Mutant, free: "Queue[Path]") -> int:
    """Return pytest's exit status with the mutant in place."""
    copy = free.get()
    mutated = copy / mutant.path.relative_to(ROOT)
    try:
        mutated.write_text(mutant.text)
        return run_tests(copy, tests_of(mutant))
    finally:
        shutil.copyfile(mutant.path, mutated)
        free.put(copy)


def tests_of(mutant: Mutant) -> list[str]:
    """Return the folders whose tests are to notice, those first that are likely to."""
    room = ROOT / "tests" / mutant.path.relative_to(ROOT).parts[1]
    folders = ["tests/access", *([str(room.relative_to(ROOT))] if room.is_dir() else [])]
    return ["tests/access/test_verbs.py", *folders[::-1]] if mutant.of_verb else folders


def run_tests(copy: Path, folders: list[str]) -> int:
    """Return pytest's exit status in a copy of the sources."""
    done = subprocess.run(
        [sys.executable, "-B", *PYTEST, *folders],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        check=False,
    )
    return done.returncode


def chosen() -> list[Mutant]:
    """Return the mutants to try: a sample, another one each time, unless all are asked for."""
    everything = mutants()
    if os.environ.get("MUTANTS") == "all":
        return everything
    return random.sample(everything, min(SAMPLE, len(everything)))


def main() -> int:
    """Try mutants; return 1 if the tests missed one or are red without any."""
    with copies(WORKERS) as free, ThreadPoolExecutor(WORKERS) as pool:
        tried = chosen()
        folders = sorted({folder for mutant in tried for folder in tests_of(mutant)})
        copy = free.get()
        if run_tests(copy, folders) != 0:
            print("the tests fail even without a mutant", file=sys.stderr)
            return 1
        free.put(copy)
        missed = 0
        for mutant, status in zip(
            tried, pool.map(lambda one: outcome(one, free), tried), strict=True
        ):
            missed += status != CAUGHT
            print("caught" if status == CAUGHT else f"MISSED ({status})", mutant, flush=True)
    print(f"{len(tried)} checks removed one by one, {len(tried) - missed} noticed, {missed} missed")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
