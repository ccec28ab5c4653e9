"""Importing defines and does nothing else."""

import os
import subprocess
import sys

from tests.house.sources import ROOT

IMPORT_ALL = """
import importlib, logging, pkgutil, sys, threading

DOING = {"socket.connect", "socket.bind", "socket.getaddrinfo", "sqlite3.connect", "os.mkdir",
         "subprocess.Popen", "os.system", "os.putenv"}

def refuse(event, details):
    if event in DOING:
        raise RuntimeError(f"importing did {event} {details}")

sys.addaudithook(refuse)
import itsm
for found in pkgutil.walk_packages(itsm.__path__, "itsm."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
assert threading.active_count() == 1, threading.enumerate()
assert not logging.getLogger().handlers
print(len([name for name in sys.modules if name.startswith("itsm.")]))
"""


def test_every_module_imports_without_environment_and_network() -> None:
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-B", "-c", IMPORT_ALL],
        env={"PYTHONPATH": path},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10
