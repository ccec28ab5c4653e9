"""The real servers that tests speak to, each in its own folder on its own loopback port.

Every helper is a context manager: inside the block the server answers, after it nothing is left.
No server is started by the machine's own service manager and none reads the machine's settings.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import psycopg
import redis as redis_client
import requests

START_WITHIN: Final = 60.0
STOP_WITHIN: Final = 20.0
POLL_EVERY: Final = 0.05


class ServerError(RuntimeError):
    """A server is not installed, did not start or did not answer; the text says which and why."""


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """Return a loopback port that nothing listened on a moment ago; `kind` tells TCP from UDP."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(answers: Callable[[], bool], what: str, within: float = START_WITHIN) -> None:
    """Return as soon as `answers()` is true; raises ServerError naming `what` after `within` s."""
    deadline = time.monotonic() + within
    while not answers():
        if time.monotonic() > deadline:
            message = f"{what}: not within {within:.0f} s"
            raise ServerError(message)
        time.sleep(POLL_EVERY)


class Server:
    """One child process with its own folder, log and port.

    `command` is run without a shell. `owner` is the account it runs under: servers that refuse to
    run as root get one, everything else runs as the caller.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        answers: Callable[[], bool],
        log: Path,
        owner: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.command = list(command)
        self.answers = answers
        self.log = log
        self.owner = owner
        self.env = {**os.environ, **(env or {})}
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The id of the running process; raises ServerError when there is none."""
        if self.child is None:
            message = f"{self.command[0]} is not running"
            raise ServerError(message)
        return self.child.pid

    def start(self) -> None:
        """Start the process and wait until it answers; raises ServerError with its last words."""
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.log.parent,
                env=self.env,
                user=self.owner,
                group=self.owner,
                extra_groups=[] if self.owner else None,
            )
        wait_until(self._answers_or_died, f"{self.command[0]} answering")

    def _answers_or_died(self) -> bool:
        if self.child is not None and self.child.poll() is not None:
            last_words = self.log.read_text(errors="replace")[-2000:]
            message = f"{self.command[0]} ended with {self.child.returncode}:\n{last_words}"
            raise ServerError(message)
        return self.answers()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Send `how` and wait for the end; a server that is not running is left as it is."""
        if self.child is None:
            return
        self.child.send_signal(how)
        try:
            self.child.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.child = None

    def kill(self) -> None:
        """End the process at once, as a power cut would."""
        self.stop(signal.SIGKILL)


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Hold `server` running for the block."""
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextmanager
def folder(owner: str | None = None) -> Iterator[Path]:
    """Yield an empty folder that `owner` may write to, and remove it afterwards."""
    path = Path(tempfile.mkdtemp(prefix="itsm-server-"))
    if owner is not None:
        shutil.chown(path, owner, owner)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def installed(program: str, package: str) -> str:
    """Return the path of `program`; raises ServerError naming the Debian package that brings it."""
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        message = f"{program} is not installed: apt-get install {package}"
        raise ServerError(message)
    return found


def tcp_open(port: int) -> bool:
    """Say whether something listens on the loopback TCP `port`."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Postgresql(Server):
    """A PostgreSQL cluster of its own.

    `url` is a SQLAlchemy URL for psycopg. `stop()` and `start()` keep data and port. Unless it is
    `durable` it leaves out fsync: quicker, and safe as long as the kernel lives.
    """

    def __init__(self, home: Path, owner: str | None, *, durable: bool) -> None:
        self.port = free_port()
        self.url = f"postgresql+psycopg://itsm@127.0.0.1:{self.port}/postgres"
        self.dsn = self.url.replace("+psycopg", "")
        self.data = home / "data"
        super().__init__(
            [postgresql_program("postgres"), "-D", str(self.data), *self._options(durable=durable)],
            answers=self._accepts,
            log=home / "log",
            owner=owner,
        )

    def _options(self, *, durable: bool) -> list[str]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "on" if durable else "off",
            "full_page_writes": "on" if durable else "off",
            "shared_buffers": "256MB",
            "max_connections": "200",
            "timezone": "UTC",
        }
        return [word for name, value in options.items() for word in ("-c", f"{name}={value}")]

    def create(self) -> None:
        """Make the cluster on disk; needed once, before the first start."""
        made = subprocess.run(
            [postgresql_program("initdb"), "-D", str(self.data), "-U", "itsm", "--auth=trust",
             "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.data.parent,
            user=self.owner,
            group=self.owner,
            extra_groups=[] if self.owner else None,
        )  # fmt: skip
        if made.returncode != 0:
            raise ServerError(made.stderr)

    def kill(self) -> None:
        """End at once without a checkpoint; the next start recovers from the write-ahead log.

        SIGQUIT and not SIGKILL: killing the postmaster alone leaves its backends holding the data.
        """
        self.stop(signal.SIGQUIT)

    def _accepts(self) -> bool:
        try:
            psycopg.connect(self.dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def postgresql_program(name: str) -> str:
    """Return the newest installed PostgreSQL's `name`; Debian keeps these out of the path."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        key=lambda path: int(path.parts[-3]),
    )
    return str(found[-1]) if found else installed(name, "postgresql")


def postgresql_owner() -> str | None:
    """Return the account that PostgreSQL must run under: it refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def postgresql_server(*, durable: bool = False) -> Iterator[Postgresql]:
    """Yield a running PostgreSQL whose `stop`, `start` and `kill` a fault test may call."""
    owner = postgresql_owner()
    with folder(owner) as home:
        server = Postgresql(home, owner, durable=durable)
        server.create()
        with running(server):
            yield server


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield the SQLAlchemy URL of a running, empty PostgreSQL."""
    with postgresql_server() as server:
        yield server.url


class Redis(Server):
    """A Redis that keeps nothing on disk; `url` is for redis-py."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        super().__init__(
            [installed("redis-server", "redis-server"), "--port", str(self.port),
             "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(home)],
            answers=self._pongs,
            log=home / "log",
        )  # fmt: skip

    def _pongs(self) -> bool:
        with redis_client.Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except redis_client.ConnectionError:
                return False


@contextmanager
def redis_server() -> Iterator[Redis]:
    """Yield a running Redis whose `stop`, `start` and `kill` a fault test may call."""
    with folder() as home, running(Redis(home)) as server:
        assert isinstance(server, Redis)
        yield server


@contextmanager
def redis() -> Iterator[str]:
    """Yield the URL of a running, empty Redis."""
    with redis_server() as server:
        yield server.url


PROMETHEUS = """\
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: ['{home}/rules.yml']
alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{alertmanager}']}}]}}]}}
scrape_configs: [{{job_name: web, static_configs: [{{targets: ['127.0.0.1:{target}']}}]}}]
"""
RULES = """\
groups:
- name: reachability
  rules:
  - alert: InstanceDown
    expr: up == 0
    for: 1s
    labels: {severity: critical}
    annotations: {summary: 'down {{ $labels.instance }}'}
"""
ALERTMANAGER = """\
route:
  receiver: itsm
  group_by: [alertname, instance]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 1h
receivers:
- name: itsm
  webhook_configs: [{{url: '{webhook}', send_resolved: true}}]
"""


def _ready(port: int) -> Callable[[], bool]:
    def answers() -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{port}/-/ready", timeout=2).ok
        except requests.ConnectionError:
            return False

    return answers


def _alertmanager(home: Path, port: int) -> Server:
    return Server(
        [installed("prometheus-alertmanager", "prometheus-alertmanager"),
         f"--config.file={home}/alertmanager.yml", f"--storage.path={home}/alertmanager",
         f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="],
        answers=_ready(port),
        log=home / "alertmanager.log",
    )  # fmt: skip


def _prometheus(home: Path, port: int) -> Server:
    return Server(
        [installed("prometheus", "prometheus"), f"--config.file={home}/prometheus.yml",
         f"--storage.tsdb.path={home}/prometheus", f"--web.listen-address=127.0.0.1:{port}"],
        answers=_ready(port),
        log=home / "prometheus.log",
    )  # fmt: skip


@contextmanager
def prometheus_with_alertmanager(*, webhook: str, target: int) -> Iterator[None]:
    """Watch the loopback port `target` once a second and post what fires to the URL `webhook`.

    While nothing serves metrics on `target`, the critical alert InstanceDown fires about 10 s
    after the start; it resolves about 10 s after something answers there.
    """
    prometheus_port, alertmanager_port = free_port(), free_port()
    with folder() as home, ExitStack() as stack:
        (home / "prometheus.yml").write_text(
            PROMETHEUS.format(home=home, alertmanager=alertmanager_port, target=target)
        )
        (home / "rules.yml").write_text(RULES)
        (home / "alertmanager.yml").write_text(ALERTMANAGER.format(webhook=webhook))
        stack.enter_context(running(_alertmanager(home, alertmanager_port)))
        stack.enter_context(running(_prometheus(home, prometheus_port)))
        yield
