"""Fixtures for tests in a real Chromium: one for the session, a site and windows for each test."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from itsm.platform.house import House
from tests.browser.site import Windows, chromium_path, served
from tests.cast import Cast
from tests.instances import Instance

# What is waited for comes in milliseconds; on a machine that does much else, in some seconds.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium; containers without user namespaces need it without sandbox."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def instance(instances: Callable[[str], Instance]) -> Instance:
    """What a page shows does not hang on the database, so one of them is enough here."""
    return instances("sqlite")


@pytest.fixture
def site(house: House, cast: Cast) -> Iterator[str]:
    """The address of the product with the cast in it."""
    del cast
    with served(house) as url:
        yield url


@pytest.fixture
def windows(chromium: Browser, house: House, site: str) -> Iterator[Windows]:
    """Open pages: `windows.open("/gallery", "dana", theme="dark", width=390)`.

    A test fails if a console complained, about the content security policy for example.
    """
    opened = Windows(chromium, house, site)
    yield opened
    opened.close()
    assert opened.complaints == []
