from itsm.kernel.access import SYSTEM
from itsm.platform import lease
from itsm.platform.house import House
from tests.clock import SetClock


def hold(house: House, holder: str) -> bool:
    with house.work(SYSTEM) as work:
        return lease.hold(work, "clock", holder)


def test_one_of_two_leads_and_the_other_takes_over_within_30_s(
    house: House, clock: SetClock
) -> None:
    assert [hold(house, "a"), hold(house, "b"), hold(house, "a")] == [True, False, True]

    clock.advance(seconds=21)
    assert [hold(house, "b"), hold(house, "a")] == [True, False]


def test_whoever_resigns_lets_the_next_one_lead_at_once(house: House) -> None:
    hold(house, "a")
    with house.work(SYSTEM) as work:
        lease.release(work, "clock", "a")

    assert hold(house, "b")
