"""Several engines at once: every page goes out, and none goes out twice."""

import pytest

from tests.faults.provider import Provider
from tests.faults.site import LONG, STEP_MIN, Site

ALERTS = 1000 if LONG else 60


@pytest.mark.parametrize("engines", [2, 4])
def test_engines_share_the_work_without_repeating_any(
    site: Site, provider: Provider, engines: int
) -> None:
    answers = site.post(*(f"host-{number}" for number in range(ALERTS)))
    assert answers.words == ["202"] * ALERTS

    for later_s in (0, STEP_MIN * 60 + 1):
        children = [site.start("run", later_s=later_s) for _ in range(engines)]
        for child in children:
            child.communicate(timeout=300)
        assert [child.returncode for child in children] == [0] * engines

    facts = site.facts()
    assert facts.escalations == ALERTS
    assert len(provider.times) == facts.pages >= ALERTS
    assert set(provider.times.values()) == {1}
