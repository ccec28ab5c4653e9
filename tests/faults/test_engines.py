"""Several engines at once: every page goes out, and no message goes out twice."""

import pytest

from itsm.oncall.delivery_queries import MOST_IN_ONE
from tests.faults.provider import Provider
from tests.faults.site import LONG, STEP_MIN, Site

ALERTS = 1000 if LONG else 60
# Nobody answers: the fallback gets one message a minute, which bears up to 200 that waited.
MINUTES = ALERTS // MOST_IN_ONE + 2


@pytest.mark.parametrize("engines", [2, 4])
def test_engines_share_the_work_without_repeating_any(
    site: Site, provider: Provider, engines: int
) -> None:
    answers = site.post(*(f"host-{number}" for number in range(ALERTS)))
    assert answers.statuses == [202] * ALERTS

    for later_s in (0, *(STEP_MIN * 60 + 1 + 60 * minute for minute in range(MINUTES))):
        running = [site.start_run(later_s=later_s) for _ in range(engines)]
        assert [engine.end(300).status for engine in running] == [0] * engines

    facts = site.facts()
    assert facts.escalations == ALERTS
    assert facts.pages >= ALERTS
    assert site.untold() == 0
    assert 0 < len(provider.times) < facts.pages
    assert set(provider.times.values()) == {1}
