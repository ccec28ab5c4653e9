from collections.abc import Callable

from itsm.kernel.access import SYSTEM
from itsm.platform import lease, metrics
from itsm.platform.house import House
from tests.cast import Browser, Cast
from tests.clock import SetClock


def test_an_instance_that_is_up_says_so(browser: Callable[..., Browser]) -> None:
    visitor = browser()

    assert visitor.get("/healthz").get_json() == {"status": "up"}
    assert visitor.get("/readyz").get_json() == {"status": "ready"}


def test_a_clock_that_stands_still_shows_within_60_s(
    house: House, browser: Callable[..., Browser], clock: SetClock
) -> None:
    with house.work(SYSTEM) as work:
        lease.hold(work, metrics.CLOCK, "somebody")
    visitor = browser()

    clock.advance(seconds=59)
    assert visitor.get("/healthz").status_code == 200
    clock.advance(seconds=2)
    assert visitor.get("/healthz").status_code == 503


def test_metrics_are_for_this_machine_and_for_administrators(
    cast: Cast, browser: Callable[..., Browser]
) -> None:
    del cast
    far = {"REMOTE_ADDR": "192.0.2.7"}

    assert b"itsm_timers_overdue" in browser().get("/metrics").data
    assert browser().get("/metrics", environ_base=far).status_code == 404
    assert browser("charlie").get("/metrics", environ_base=far).status_code == 404
    assert browser("dana").get("/metrics", environ_base=far).status_code == 200
    proxied = browser().get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"})
    assert proxied.status_code == 404


def test_every_answer_bears_the_security_headers_and_a_request_id(
    browser: Callable[..., Browser],
) -> None:
    headers = browser().get("/login").headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Request-Id"]


def test_an_error_names_the_request_and_shows_no_traceback(
    browser: Callable[..., Browser],
) -> None:
    page = browser().get("/nowhere", headers={"X-Request-Id": "my-request-7"})

    assert page.status_code == 404
    assert b"my-request-7" in page.data
    problem = browser().get("/api/v1/nowhere")
    assert problem.mimetype == "application/problem+json"
    assert problem.get_json()["status"] == 404
