"""The product as a monitoring system meets it: a web process, and what its API says of alerts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import requests

from tests.servers import Server, free_port

ROOT = Path(__file__).parents[2]
ITSM = [sys.executable, "-m", "itsm"]


class Product:
    """`itsm web` on an empty SQLite instance, and what its API says of alerts."""

    def __init__(self, home: Path) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self.env = os.environ | {
            "ITSM_HOME": str(home),
            "ITSM_BIND": self.url.removeprefix("http://"),
            "PYTHONPATH": str(ROOT),
            "ITSM_SECRET_KEY": "a key for tests that is long enough to be one",
        }
        self.server = Server(
            [*ITSM, "web"], answers=self._ready, log=home / "web.log", env=self.env
        )
        self._itsm("init")
        self._itsm("user", "add", "robot", "--role", "admin")
        token = json.loads(
            self._itsm("token", "add", "--user", "robot", "--scope", "all", "--json")
        )
        self.headers = {"Authorization": f"Bearer {token['token']}"}

    def integration(self, kind: str) -> str:
        """Let a monitoring system in and return where it posts."""
        added = self._itsm("integration", "add", kind, "Berlin", "--json")
        return str(json.loads(added)["url"])

    def alerts(self) -> list[dict[str, object]]:
        answer = requests.get(f"{self.url}/api/v1/alerts", headers=self.headers, timeout=10)
        answer.raise_for_status()
        items: list[dict[str, object]] = answer.json()["items"]
        return items

    def states(self) -> list[tuple[object, ...]]:
        """Return title, status, severity and first host of each alert, oldest first."""
        return [
            (alert["title"], alert["status"], alert["severity"], *list_of(alert["hosts"])[:1])
            for alert in reversed(self.alerts())
        ]

    def _ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).ok
        except requests.ConnectionError:
            return False

    def _itsm(self, *words: str) -> str:
        done = subprocess.run(
            [*ITSM, *words], env=self.env, cwd=ROOT, check=True, capture_output=True, text=True
        )
        return done.stdout


def list_of(value: object) -> list[object]:
    return value if isinstance(value, list) else []
