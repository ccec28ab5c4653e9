"""Which mail addresses are ours, and who reads what comes to each. Pure."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from itsm.oncall import mail_answers

# The part before the plus, and the job that reads what comes there.
READERS: Final[Mapping[str, str]] = {"page": mail_answers.JOB}
_LOCAL: Final = re.compile(r"([a-z]{1,20})\+([A-Za-z0-9_-]{8,58})")


class Recipient(NamedTuple):
    """One of our addresses: the job that reads its mail, and what it names."""

    job: str
    token: str


def recipient(address: str, domain: str) -> Recipient | None:
    """Return whom an envelope's address is for, None if it is none of ours."""
    local, _, host = address.rpartition("@")
    found = _LOCAL.fullmatch(local)
    if not domain or host.casefold() != domain.casefold() or found is None:
        return None
    job = READERS.get(found[1])
    return None if job is None else Recipient(job, found[2])
