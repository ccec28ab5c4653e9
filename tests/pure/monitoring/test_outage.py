"""Which alerts say that a thing is down as a whole."""

import pytest

from itsm.monitoring.correlation.outage import says_down


@pytest.mark.parametrize(
    ("check", "title"),
    [
        ("InstanceDown", "db-01 of job node"),
        ("linkDown", "Port 3 of sw-01"),
        ("", "Host sw-01"),
        ("ICMP", "Unavailable by ICMP ping"),
        ("http", "pay-api-02 does not answer on port 443"),
        ("TargetMissing", "web-1 is down"),
        ("ups", "Power failure at site Berlin"),
        ("probe", "web-1 isn't responding"),
    ],
)
def test_what_is_not_reached_is_down(check: str, title: str) -> None:
    assert says_down(check, title)


@pytest.mark.parametrize(
    ("check", "title"),
    [
        ("ReplicationLag", "payments-db: the replica is 90 s behind"),
        ("DiskFull", "Disk full on db-01"),
        ("Slowdown", "Answers are slow"),
        ("FanSlow", "Fan 3 turns below 2,000 rpm"),
        ("PingLossless", "All is well"),
        ("Wiki", "Pages render nothing"),
    ],
)
def test_what_is_unwell_is_not(check: str, title: str) -> None:
    assert not says_down(check, title)
