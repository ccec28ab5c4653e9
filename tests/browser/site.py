"""The product served on a free port of this machine, and a person's window onto it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from werkzeug.serving import make_server

from itsm.platform.house import House
from tests import cast
from tests.house.sources import ROOT

AXE = ROOT / "node_modules/axe-core/axe.min.js"
AXE_RUN = """() => axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  resultTypes: ["violations"],
})"""
GRAVE = {"serious", "critical"}
HEIGHT = 844
BAR, TALLEST = 80, 10_000
WIDEST_PHONE = 480


@contextmanager
def served(house: House) -> Iterator[str]:
    """Serve the application of `house` by threads, and yield its address."""
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def chromium_path() -> str:
    """Return where the machine's Chromium is; RuntimeError if it has none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        message = "these tests need Chromium: apt-get install chromium"
        raise RuntimeError(message)
    return found


@dataclass
class Windows:
    """Opens windows onto the product, and keeps what their consoles complain about."""

    chromium: Browser
    house: House
    url: str
    complaints: list[str] = field(default_factory=list)
    opened: list[BrowserContext] = field(default_factory=list)

    def open(
        self,
        path: str,
        username: str | None = None,
        *,
        theme: str = "light",
        width: int = 1440,
        scripts: bool = True,
    ) -> Page:
        """Open a page as somebody, in a window of its own, with the scheme their device has."""
        context = self.chromium.new_context(
            base_url=self.url,
            viewport={"width": width, "height": HEIGHT},
            color_scheme=theme,  # type: ignore[arg-type]
            has_touch=width <= WIDEST_PHONE,
            java_script_enabled=scripts,
            # A colour on its way from one theme to the other is neither.
            reduced_motion="reduce",
        )
        self.opened.append(context)
        if username:
            context.add_cookies([self._session(username)])
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(path)
        return page

    def close(self) -> None:
        """Shut every window."""
        while self.opened:
            self.opened.pop().close()

    def _session(self, username: str) -> Any:  # noqa: ANN401 - Playwright's own shape
        client = cast.Browser(self.house, username).client
        cookie = client.get_cookie("itsm")
        return {"name": "itsm", "value": cookie.value if cookie else "", "url": self.url}

    def _hear(self, message: ConsoleMessage) -> None:
        # An answer of 4xx is not a fault of the page; a test that cares reads the answer.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)


def arrive(page: Page, address: str) -> None:
    """Return once a page that a key or a click leads to has come, scripts and all."""
    page.wait_for_url(address)


Check = Callable[[Page], None]


def check_accessible(page: Page) -> None:
    """Fail on anything that axe calls serious or critical."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text())
    # As tall as the page: what a bar at the bottom covers just now can be scrolled from under it.
    before = page.viewport_size or {"width": 1440, "height": HEIGHT}
    tall = page.evaluate("document.documentElement.scrollHeight") + BAR
    page.set_viewport_size({**before, "height": max(before["height"], min(tall, TALLEST))})
    found = page.evaluate(AXE_RUN)["violations"]
    page.set_viewport_size(before)
    grave = [
        f"{one['id']}: {node['target'][0]} {node['failureSummary']}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]
    assert not grave, "\n".join(grave)


def check_fits(page: Page) -> None:
    """Fail if the page is wider than its window."""
    over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert over <= 0, f"{over} px too wide"
