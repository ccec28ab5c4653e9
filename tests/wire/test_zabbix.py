"""A real Zabbix server, set up as documented: a problem, its acknowledgement, its recovery."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers import running, wait_until
from tests.wire.product import Product
from tests.wire.zabbix import CHECK, HOST, zabbix

pytestmark = [pytest.mark.wire, pytest.mark.timeout(240)]


def test_a_problem_is_one_alert_until_its_recovery(tmp_path: Path) -> None:
    product = Product(tmp_path)
    url = product.integration("zabbix")

    def status(wanted: str) -> Callable[[], bool]:
        return lambda: [alert["status"] for alert in product.alerts()] == [wanted]

    with running(product.server), zabbix(url) as server:
        server.found(0)
        wait_until(status("open"), "the problem", 60)
        (opened,) = product.alerts()
        server.acknowledge("looking at it")
        wait_until(status("acknowledged"), "the acknowledgement", 60)
        server.found(1)
        wait_until(status("resolved"), "the recovery", 60)

    assert (opened["severity"], opened["title"]) == ("high", CHECK)
    assert HOST in str(opened["hosts"])
