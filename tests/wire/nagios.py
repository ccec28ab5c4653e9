"""A Nagios and an Icinga of their own, each told by its command pipe what a check found."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.servers import Server, folder, installed, running

OWNER: Final = "nagios"  # both of Debian's packages run under this account
HOST: Final = "web1"
SERVICE: Final = "HTTP"
DOCS: Final = Path(__file__).parents[2] / "docs/admin/integrations"


@dataclass(frozen=True)
class Monitor:
    """A running monitor and its command pipe."""

    pipe: Path

    def found(self, state: int, output: str) -> None:
        """Tell it what the check of the service found: 0 is well, 2 is critical."""
        self._tell(f"PROCESS_SERVICE_CHECK_RESULT;{HOST};{SERVICE};{state};{output}")

    def acknowledge(self, comment: str) -> None:
        """Acknowledge the problem of the service, as its page does."""
        self._tell(f"ACKNOWLEDGE_SVC_PROBLEM;{HOST};{SERVICE};1;1;0;anna;{comment}")

    def _tell(self, command: str) -> None:
        with self.pipe.open("w") as pipe:
            pipe.write(f"[{int(time.time())}] {command}\n")


def documented(page: str, holds: str, url: str) -> str:
    """Return the configuration that a page of the documentation gives, posting to `url`."""
    text = (DOCS / f"{page}.md").read_text()
    block = next(part for part in text.split("```")[1::2] if holds in part)
    return block.replace(f"https://desk.example/hooks/{page}/KEY", url)


NAGIOS: Final = """\
cfg_file={home}/objects.cfg
resource_file={home}/resource.cfg
object_cache_file={home}/objects.cache
precached_object_file={home}/objects.precache
status_file={home}/status.dat
log_file={home}/nagios.log
log_archive_path={home}
check_result_path={home}/results
state_retention_file={home}/retention.dat
command_file={home}/rw/nagios.cmd
query_socket={home}/rw/nagios.qh
temp_file={home}/nagios.tmp
temp_path={home}
lock_file={home}/nagios.pid
nagios_user=nagios
nagios_group=nagios
check_external_commands=1
accept_passive_service_checks=1
accept_passive_host_checks=1
execute_service_checks=0
execute_host_checks=0
enable_notifications=1
check_for_updates=0
"""
OBJECTS: Final = """\
define timeperiod {{
  timeperiod_name always
  alias always
  monday 00:00-24:00
  tuesday 00:00-24:00
  wednesday 00:00-24:00
  thursday 00:00-24:00
  friday 00:00-24:00
  saturday 00:00-24:00
  sunday 00:00-24:00
}}
define command {{
  command_name nothing
  command_line /bin/true
}}
define contact {{
  contact_name desk
  host_notification_period always
  service_notification_period always
  host_notification_options d,u,r
  service_notification_options w,u,c,r
  host_notification_commands notify-itsm
  service_notification_commands notify-itsm
}}
define host {{
  host_name {host}
  address 192.0.2.80
  check_command nothing
  max_check_attempts 1
  check_period always
  contacts desk
  notification_interval 0
  notification_period always
}}
define service {{
  host_name {host}
  service_description {service}
  check_command nothing
  max_check_attempts 1
  check_period always
  contacts desk
  notification_interval 0
  notification_period always
}}
"""


@contextmanager
def nagios(url: str) -> Iterator[Monitor]:
    """Run a Nagios that posts its notifications to `url`."""
    program = installed("nagios4", "nagios4-core")
    with folder() as home:
        for name in ("rw", "results"):
            (home / name).mkdir()
        (home / "nagios.cfg").write_text(NAGIOS.format(home=home))
        (home / "resource.cfg").touch()
        command = documented("nagios", "define command", url)
        objects = OBJECTS.format(host=HOST, service=SERVICE) + command
        (home / "objects.cfg").write_text(objects)
        monitor = Monitor(home / "rw/nagios.cmd")
        _hand_over(home)
        server = Server(
            [program, str(home / "nagios.cfg")],
            answers=monitor.pipe.exists,
            log=home / "out.log",
        )
        with running(server):
            yield monitor


ICINGA: Final = """\
const NodeName = "here"
const ZoneName = "here"
include <itl>
object Endpoint NodeName {{ }}
object Zone ZoneName {{ endpoints = [ NodeName ] }}
object CheckerComponent "checker" {{ }}
object NotificationComponent "notification" {{ }}
object ExternalCommandListener "command" {{ command_path = "{home}/run/cmd" }}
object Host "{host}" {{
  address = "192.0.2.80"
  check_command = "dummy"
  enable_active_checks = false
  max_check_attempts = 1
}}
object Service "{service}" {{
  host_name = "{host}"
  check_command = "dummy"
  enable_active_checks = false
  max_check_attempts = 1
}}
"""
ICINGA_PLACES: Final = {
    "Configuration.DataDir": "lib",
    "Configuration.LogDir": "log",
    "Configuration.InitRunDir": "run",
    "Configuration.SpoolDir": "spool",
    "Configuration.CacheDir": "cache",
    "Configuration.PidPath": "run/pid",
    "Configuration.ObjectsPath": "cache/objects",
    "Configuration.VarsPath": "cache/vars",
    "Configuration.ModAttrPath": "lib/modified",
    "Configuration.StatePath": "lib/state",
}


@contextmanager
def icinga(url: str) -> Iterator[Monitor]:
    """Run an Icinga 2 that posts its notifications to `url`."""
    program = installed("icinga2", "icinga2-bin")
    with folder() as home:
        for name in ("lib", "log", "run", "spool", "cache"):
            (home / name).mkdir()
        own = ICINGA.format(home=home, host=HOST, service=SERVICE)
        (home / "icinga.conf").write_text(own + documented("icinga", "apply Notification", url))
        monitor = Monitor(home / "run/cmd")
        _hand_over(home)
        places = [
            word
            for name, place in ICINGA_PLACES.items()
            for word in ("-D", f"{name}={home}/{place}")
        ]
        server = Server(
            [program, "daemon", "-c", str(home / "icinga.conf"), *places],
            answers=monitor.pipe.exists,
            log=home / "out.log",
        )
        with running(server):
            yield monitor


def _hand_over(home: Path) -> None:
    for path in (home, *home.rglob("*")):
        shutil.chown(path, OWNER, OWNER)
