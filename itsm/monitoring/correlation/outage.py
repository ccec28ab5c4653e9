"""Whether an alert says that a thing is down as a whole, rather than unwell. Pure.

Only then is what depends on it bound to fail as well: a disk that is full takes no other machine
along. Sources have no common field for it, so their words decide.
"""

import re
from typing import Final

# Checks of reachability as Nagios, Prometheus, Zabbix, SNMP and their like name them.
_DOWN: Final = re.compile(
    r"""
    (?<!slow)(?<!count)down(?![a-z])
    | unreachable | offline | power\ ?(?:loss|fail|off)
    | (?:not|n't|no\ longer)\ (?:be\ )?(?:reach|answer|respon|available)
    | no\ (?:answer|response|reply)
    | \b(?:dead|away|unavailable|icmp|ping|host-?alive)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def says_down(check: str, title: str) -> bool:
    """Tell whether an alert is about a host as a whole, or speaks of it as not to be reached."""
    return not check or _DOWN.search(f"{check} {title}") is not None
