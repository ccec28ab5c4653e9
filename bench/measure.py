"""What every benchmark measures with: CPU of process trees, closed-loop HTTP load, percentiles."""

import http.client
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

TICKS_PER_SECOND: Final = os.sysconf("SC_CLK_TCK")
LOOP_TURNS: Final = 5_000_000


class Request(NamedTuple):
    """One HTTP request of a load: `body` is sent with POST, its absence means GET.

    `expects` says of the answer's body whether it is the right one.
    """

    path: str
    body: bytes = b""
    headers: Mapping[str, str] = {}
    expects: Callable[[bytes], bool] = bool

    @property
    def method(self) -> str:
        """POST where there is a body to send."""
        return "POST" if self.body else "GET"


@dataclass
class Load:
    """What one run of a load saw. Latencies are in seconds, one for each answer."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds an answer."""
        return 1000 * self.cpu_seconds / len(self.latencies)

    def percentile_ms(self, percent: float) -> float:
        """Return the latency that `percent` of the answers kept, in milliseconds."""
        return percentile(self.latencies, percent) * 1000


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest of `values` that at least `percent` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def loop_seconds() -> float:
    """Return the CPU seconds of the calibration loop: how slow this machine is just now."""
    x = 0
    started = time.process_time()
    for i in range(LOOP_TURNS):
        x += i * i % 7
    return time.process_time() - started


def cpu_seconds(roots: Iterable[int]) -> float:
    """Return the user and system time of `roots`, their living descendants and the dead ones."""
    stats = dict(_read_stats())
    return sum(stats[pid][1] for pid in _tree(roots, stats))


def memory_mib(roots: Iterable[int]) -> float:
    """Return the proportional set size of `roots` and their living descendants."""
    stats = dict(_read_stats())
    files = (Path(f"/proc/{pid}/smaps_rollup") for pid in _tree(roots, stats))
    lines = (line for file in files for line in file.read_text().splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _tree(roots: Iterable[int], stats: Mapping[int, tuple[int, float]]) -> set[int]:
    tree = set(roots) & stats.keys()
    grew = True
    while grew:
        children = {pid for pid, (parent, _) in stats.items() if parent in tree} - tree
        tree |= children
        grew = bool(children)
    return tree


def _read_stats() -> Iterator[tuple[int, tuple[int, float]]]:
    """Yield the parent and the CPU seconds of every process, reaped children included."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # The name in brackets may hold blanks, so count from after it.
            words = (entry / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        spent = sum(int(word) for word in words[11:15]) / TICKS_PER_SECOND
        yield int(entry.name), (int(words[1]), spent)


def run_load(
    port: int,
    requests: Callable[[int], Iterator[Request]],
    *,
    clients: int,
    seconds: float,
    watched: Sequence[int] = (),
) -> Load:
    """Send what `requests(client)` yields, one after another per client, for `seconds`.

    `watched` are the process ids whose trees the CPU time is taken from. An answer of 400 or above
    and a broken connection are errors; they are listed, never counted as answers.
    """
    load = Load()
    deadline = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_client, args=(port, requests(number), deadline, load))
        for number in range(clients)
    ]
    with _stopwatch(load, watched):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return load


@contextmanager
def _stopwatch(load: Load, watched: Sequence[int]) -> Iterator[None]:
    cpu, wall = cpu_seconds(watched), time.monotonic()
    yield
    load.seconds = time.monotonic() - wall
    load.cpu_seconds = cpu_seconds(watched) - cpu


def _client(port: int, requests: Iterator[Request], deadline: float, load: Load) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for request in requests:
        started = time.monotonic()
        if started > deadline:
            break
        try:
            connection.request(
                request.method, request.path, request.body or None, dict(request.headers)
            )
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            load.errors.append(repr(error))
            connection.close()
            continue
        if answer.status >= http.client.BAD_REQUEST or not request.expects(text):
            load.errors.append(f"{answer.status} {text[:200]!r}")
            continue
        load.latencies.append(time.monotonic() - started)
    connection.close()


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a Markdown table."""
    print("|", " | ".join(head), "|")
    print("|" + "---|" * len(head))
    for row in rows:
        print("|", " | ".join(row), "|")
