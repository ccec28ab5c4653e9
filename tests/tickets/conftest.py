"""Charlie reports, Alice works; each test is about tickets of whatever kind."""

from tests.requests.conftest import alice, as_

__all__ = ["alice", "as_"]
