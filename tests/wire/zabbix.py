"""A Zabbix server of its own, set up as its pages would do it: by rows in its database."""

import gzip
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from tests.servers import (
    Server,
    folder,
    installed,
    postgresql_server,
    running,
    tcp_open,
    wait_until,
)
from tests.wire.nagios import DOCS, documented

SQL: Final = Path("/usr/share/zabbix-server-pgsql")
HOST, KEY, CHECK = "web1", "http.ok", "HTTP is down"
# Of its data only what every server needs: the templates would take most of a minute.
NEEDED: Final = re.compile(
    r"^INSERT INTO (?:role|users|usrgrp|users_groups|hstgrp|config) .*?\);$",
    re.MULTILINE | re.DOTALL,
)
ADMIN, GUEST, GROUP, HIGH, TRAPPER, WEBHOOK, TRIGGERS = 1, 2, 2, 4, 2, 4, 0
PROBLEM, RECOVERY, UPDATE = 0, 1, 2
ONE: Final = 90_001
CONFIG: Final = """\
ListenIP=127.0.0.1
ListenPort={port}
LogFile={home}/server.log
PidFile={home}/server.pid
SocketDir={home}
DBHost=127.0.0.1
DBPort={database.port}
DBName={database.dbname}
DBUser={database.user}
AllowRoot=1
CacheUpdateFrequency=1
StartPollers=1
StartPollersUnreachable=1
StartPingers=0
StartDiscoverers=0
StartHTTPPollers=0
StartTrappers=1
StartTimers=1
StartDBSyncers=1
StartPreprocessors=1
StartAlerters=1
StartEscalators=1
"""


@dataclass(frozen=True)
class Zabbix:
    """A running server: where it takes values, and its database."""

    port: int
    database: str

    def found(self, value: int) -> None:
        """Hand it a value of the item: 1 is well, 0 is a problem."""
        command = [installed("zabbix_sender", "zabbix-agent"), "-z", "127.0.0.1"]
        command += ["-p", str(self.port), "-s", HOST, "-k", KEY, "-o", str(value)]
        subprocess.run(command, check=True, capture_output=True)

    def acknowledge(self, comment: str) -> None:
        """Acknowledge the problem, by the rows that its page writes.

        As somebody else than who is told: Zabbix tells nobody of what they did themselves.
        """
        now = int(time.time())
        with psycopg.connect(self.database) as work:
            event = work.execute("SELECT max(eventid) FROM problem WHERE source = 0").fetchone()
            assert event
            put(
                work,
                "acknowledges",
                acknowledgeid=ONE, userid=GUEST, eventid=event[0], clock=now, message=comment,
                action=2 | 4,
            )  # fmt: skip
            put(work, "task", taskid=ONE, type=4, status=1, clock=now)
            put(work, "task_acknowledge", taskid=ONE, acknowledgeid=ONE)


@contextmanager
def zabbix(url: str) -> Iterator[Zabbix]:
    """Run a Zabbix server that posts to `url`, by the media type that the documentation gives."""
    program = installed("/usr/sbin/zabbix_server", "zabbix-server-pgsql")
    with postgresql_server() as database, folder() as home:
        address = database.url.replace("+psycopg", "")
        with psycopg.connect(address) as work:
            load(work)
            watch(work)
            tell(work, url)
            where = work.info
            port = low_port()
            text = CONFIG.format(port=port, home=home, database=where)
        (home / "server.conf").write_text(text)
        server = Server(
            [program, "--foreground", "--config", str(home / "server.conf")],
            answers=lambda: tcp_open(port),
            log=home / "out.log",
        )
        with running(server):
            found = Zabbix(port, address)
            # It takes no values before it has read what it is to watch.
            wait_until(lambda: takes(found), "the server watching")
            yield found


def low_port() -> int:
    """Return a free port; Zabbix takes none above 32767."""
    return next(port for port in range(20_051, 32_767) if not tcp_open(port))


def takes(server: Zabbix) -> bool:
    try:
        server.found(1)
    except subprocess.CalledProcessError:
        return False
    return True


def load(work: psycopg.Connection[Any]) -> None:
    """Make its tables and enter what it brings along."""
    work.execute(unpacked("schema").encode())
    for statement in NEEDED.findall(unpacked("data")):
        work.execute(statement.encode())


def unpacked(name: str) -> str:
    return gzip.decompress((SQL / f"{name}.sql.gz").read_bytes()).decode()


def watch(work: psycopg.Connection[Any]) -> None:
    """Enter a host with one item that is sent, and a trigger on it."""
    put(work, "hosts", hostid=ONE, host=HOST, name=HOST)
    put(work, "hosts_groups", hostgroupid=ONE, hostid=ONE, groupid=GROUP)
    put(work, "interface", interfaceid=ONE, hostid=ONE, main=1, ip="192.0.2.80")
    put(work, "items", itemid=ONE, type=TRAPPER, hostid=ONE, name="HTTP", key_=KEY, value_type=3)
    put(work, "item_rtdata", itemid=ONE)
    expression = f"{{{ONE}}}=0"
    put(work, "triggers", triggerid=ONE, expression=expression, description=CHECK, priority=HIGH)
    put(work, "functions", functionid=ONE, itemid=ONE, triggerid=ONE, name="last", parameter="$")


def tell(work: psycopg.Connection[Any], url: str) -> None:
    """Enter the media type of the documentation, and an action that uses it for all it has."""
    script = documented("zabbix", "HttpRequest", url).removeprefix("js\n")
    put(work, "media_type", mediatypeid=ONE, type=WEBHOOK, name="Service desk", script=script)
    for number, (name, value) in enumerate(parameters(), ONE):
        put(
            work,
            "media_type_param",
            mediatype_paramid=number, mediatypeid=ONE, name=name, value=value,
        )  # fmt: skip
    put(work, "media", mediaid=ONE, userid=ADMIN, mediatypeid=ONE, sendto="desk")
    put(work, "actions", actionid=ONE, name="To the service desk", eventsource=TRIGGERS)
    for number, what in enumerate((PROBLEM, RECOVERY, UPDATE), ONE):
        put(
            work,
            "media_type_message",
            mediatype_messageid=number, mediatypeid=ONE, eventsource=TRIGGERS, recovery=what,
            subject="{EVENT.NAME}", message="{EVENT.OPDATA}",
        )  # fmt: skip
        put(work, "operations", operationid=number, actionid=ONE, recovery=what)
        put(work, "opmessage", operationid=number, mediatypeid=ONE)
        put(work, "opmessage_usr", opmessage_usrid=number, operationid=number, userid=ADMIN)


def parameters() -> list[tuple[str, str]]:
    """Return the names and values in the table of the documentation, as for 6.0."""
    rows = re.findall(
        r"^\| `(\w+)` \| `(\S+)`(.*)\|$", (DOCS / "zabbix.md").read_text(), re.MULTILINE
    )
    found: list[tuple[str, str]] = []
    for name, value, older in rows:
        before = re.findall(r"`(\w+)`(?: `(\{\S+\})`)?", older)
        found += [(one, macro or in_words(one)) for one, macro in before] or [(name, value)]
    return found


def in_words(name: str) -> str:
    """Return the macro that has the name of a parameter."""
    return "{" + name.upper().replace("_", ".") + "}"


def put(work: psycopg.Connection[Any], table: str, **values: object) -> None:
    columns, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
    work.execute(statement.encode(), list(values.values()))
