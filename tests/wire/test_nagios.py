"""Real notifications of Nagios and Icinga 2: a problem, its acknowledgement, its recovery."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.servers import running, wait_until
from tests.wire.nagios import HOST, Monitor, icinga, nagios
from tests.wire.product import Product

pytestmark = [pytest.mark.wire, pytest.mark.timeout(180)]
TROUBLE = 'HTTP CRITICAL - "502 Bad Gateway" <none of 3>'
Run = Callable[[str], AbstractContextManager[Monitor]]


@pytest.mark.parametrize(("kind", "run"), [("nagios", nagios), ("icinga", icinga)])
def test_a_problem_is_one_alert_until_its_recovery(tmp_path: Path, kind: str, run: Run) -> None:
    product = Product(tmp_path)
    url = product.integration(kind)

    def status(wanted: str) -> Callable[[], bool]:
        return lambda: [alert["status"] for alert in product.alerts()] == [wanted]

    with running(product.server), run(url) as monitor:
        monitor.found(2, TROUBLE)
        wait_until(status("open"), "the problem")
        (opened,) = product.alerts()
        monitor.acknowledge("looking at it")
        wait_until(status("acknowledged"), "the acknowledgement")
        monitor.found(0, "HTTP OK")
        wait_until(status("resolved"), "the recovery")

    assert (opened["severity"], opened["check"]) == ("critical", "HTTP")
    assert HOST in str(opened["hosts"])
    assert "502 Bad Gateway" in f"{opened['title']} {opened.get('body', '')}"
