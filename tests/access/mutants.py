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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parents[2]
OURS: Final = ("itsm", "tests")
COPIED: Final = (*OURS, "migrations", "pyproject.toml")
WORKERS: Final = int(os.environ.get("TEST_WORKERS", "2"))
# Who may do what does not depend on the kind of database.
PYTEST: Final = ("-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-k", "not postgresql")
SAMPLE: Final = 20
# Whoever asks, look with the eyes of the system, which sees all.
ALL_SEEING: Final = (
    '__import__("dataclasses").replace('
    'work, actor=__import__("itsm.kernel.access").kernel.access.SYSTEM)'
)
GREEN: Final = 0
CAUGHT: Final = 1  # pytest's exit status when tests failed, as opposed to broke
LOADED_BY_US: Final = "import sys, itsm.app; print(*sys.modules)"


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
def copies(count: int) -> Iterator[list[Path]]:
    """Yield copies of the sources, one for each child that runs at a time."""
    with tempfile.TemporaryDirectory(prefix="itsm-mutants-") as folder:
        made = [Path(folder) / str(number) for number in range(count)]
        for copy in made:
            copy.mkdir()
            for name in COPIED:
                copy_any(ROOT / name, copy / name)
        yield made


def copy_any(source: Path, target: Path) -> None:
    """Copy a file or a folder."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)


class Job(NamedTuple):
    """Tests to run, with a mutant in place or with none."""

    folders: tuple[str, ...]
    mutant: Mutant | None = None


@dataclass
class Pool:
    """Children that run tests, one in each copy of the sources."""

    free: list[Path]
    busy: dict[int, tuple[Path, Job]] = field(default_factory=dict)

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, int]]:
        """Yield each job with pytest's exit status, as they end."""
        for job in jobs:
            if not self.free:
                yield self._ended()
            self._start(job)
        while self.busy:
            yield self._ended()

    def _start(self, job: Job) -> None:
        copy = self.free.pop()
        if job.mutant:
            (copy / job.mutant.path.relative_to(ROOT)).write_text(job.mutant.text)
        child = os.fork()
        if not child:
            os._exit(run_tests(copy, job.folders))
        self.busy[child] = copy, job

    def _ended(self) -> tuple[Job, int]:
        child, status = os.wait()
        copy, job = self.busy.pop(child)
        if job.mutant:
            shutil.copyfile(job.mutant.path, copy / job.mutant.path.relative_to(ROOT))
        self.free.append(copy)
        return job, os.waitstatus_to_exitcode(status)


def preload() -> None:
    """Import the libraries that the product uses, once for all children, but nothing of ours."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED_BY_US], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in done.stdout.split():
        if name.partition(".")[0] not in (*OURS, "__main__"):
            # What an extension module has made up in memory cannot be found again.
            with suppress(ImportError):
                import_module(name)


def run_tests(copy: Path, folders: Sequence[str]) -> int:
    """Return pytest's exit status in a copy of the sources; this process is of no use after it."""
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    os.chdir(copy)
    os.environ["PYTHONPATH"] = str(copy)
    sys.path[:] = [str(copy), *(entry for entry in sys.path if entry not in {"", str(ROOT)})]
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    # One after another, since pytest itself does not keep to the order of its arguments.
    statuses = (int(pytest.main([*PYTEST, folder])) for folder in folders)
    return next((status for status in statuses if status != GREEN), GREEN)


def tests_of(mutant: Mutant) -> tuple[str, ...]:
    """Return the folders whose tests are to notice, those first that are likely to."""
    room = ROOT / "tests" / mutant.path.relative_to(ROOT).parts[1]
    folders = ("tests/access", *([str(room.relative_to(ROOT))] if room.is_dir() else []))
    return ("tests/access/test_verbs.py", *folders[::-1]) if mutant.of_verb else folders


def chosen() -> list[Mutant]:
    """Return the mutants to try: a sample, another one each time, unless all are asked for."""
    everything = mutants()
    if os.environ.get("MUTANTS") == "all":
        return everything
    return random.sample(everything, min(SAMPLE, len(everything)))


def main() -> int:
    """Try mutants; return 1 if the tests missed one or are red without any."""
    tried = chosen()
    rooms = sorted({folder for mutant in tried for folder in tests_of(mutant)})
    preload()
    with copies(WORKERS) as free:
        pool = Pool(free)
        for job, status in pool.run([Job((room,)) for room in rooms]):
            if status != GREEN:
                print(f"{job.folders[0]} fails even without a mutant", file=sys.stderr)
                return 1
        missed = 0
        for job, status in pool.run([Job(tests_of(mutant), mutant) for mutant in tried]):
            missed += status != CAUGHT
            told = "caught" if status == CAUGHT else f"MISSED ({status})"
            print(told, job.mutant, flush=True)
    print(f"{len(tried)} checks removed one by one, {len(tried) - missed} noticed, {missed} missed")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
