"""Run every benchmark, one after another, and keep what they print under var/bench/.

`make bench` runs it, `make bench BENCH="webhooks pages"` some of them. Each prints a table beside
its targets, writes its figures as JSON and ends with 1 where it misses a target that was measured
in the same run.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
OUT: Final = ROOT / "var/bench"
BENCHMARKS: Final = ("webhooks", "traps", "pages", "servers", "storm", "ticks")


def run(name: str) -> int:
    """Run one benchmark, show and keep what it prints, and return its exit status."""
    print(f"\n## {name}\n", flush=True)
    child = subprocess.Popen(
        [sys.executable, "-m", f"bench.{name}"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with (OUT / f"{name}.md").open("w") as kept:
        for line in child.stdout or ():
            print(line, end="", flush=True)
            kept.write(line)
    return child.wait()


def main() -> int:
    """Run those that are named, by default all; return 1 if one failed or missed a target."""
    OUT.mkdir(parents=True, exist_ok=True)
    statuses = {name: run(name) for name in sys.argv[1:] or BENCHMARKS}
    missed = [name for name, status in statuses.items() if status]
    print(f"\n{len(statuses) - len(missed)} of {len(statuses)} met their targets", *missed)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
