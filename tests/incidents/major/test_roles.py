"""Who runs a major incident, and who works on it."""

from collections.abc import Callable

import pytest

from itsm.incidents import queries
from itsm.incidents.major import queries as majors
from itsm.incidents.major import roles
from itsm.incidents.major.states import Role
from itsm.kernel.errors import Denied, Invalid, NotFound, Refused
from tests.cast import Browser
from tests.incidents.conftest import As
from tests.incidents.major.conftest import Do


@pytest.fixture
def held(as_: As, major: str) -> Callable[[], dict[str, str]]:
    """Read who has which role."""

    def read() -> dict[str, str]:
        with as_("alice") as work:
            found = majors.holders(work, queries.get(work, major).id)
            return {role.value: one.person.username for role, one in found.items()}

    return read


@pytest.fixture
def at_work(as_: As, major: str) -> Callable[[], list[str]]:
    """Read who works on it."""

    def read() -> list[str]:
        with as_("alice") as work:
            found = majors.responders(work, queries.get(work, major).id)
            return [one.person.username for one in found if one.left_at is None]

    return read


def test_roles_are_given_handed_over_and_given_up(
    do: Do, held: Callable[[], dict[str, str]], timeline: Callable[[str], list[str]]
) -> None:
    do("dana", roles.give, Role.SCRIBE, "alice")
    do("alice", roles.give, Role.SCRIBE, "bob")
    assert held() == {"commander": "dana", "scribe": "bob"}

    do("bob", roles.give_up, Role.SCRIBE)
    assert held() == {"commander": "dana"}

    told = timeline("alice")
    assert "Dana Director gave the role scribe to Alice Archer" in told
    assert "Alice Archer gave the role scribe to Bob Baker, after Alice Archer" in told
    assert "Bob Baker has the role scribe no longer, and nobody has it" in told
    assert not [text for text in timeline("charlie") if "scribe" in text]


def test_a_role_is_taken_over(do: Do, held: Callable[[], dict[str, str]]) -> None:
    do("dana", roles.give, Role.COMMANDER, "alice")
    assert held() == {"commander": "alice"}

    do("dana", roles.give, Role.COMMANDER)
    assert held() == {"commander": "dana"}


def test_to_have_no_role_is_to_give_none(do: Do, held: Callable[[], dict[str, str]]) -> None:
    for verb, *more in ((roles.give, Role.SCRIBE), (roles.give_up, Role.COMMANDER)):
        with pytest.raises(Denied, match="incident:major"):
            do("alice", verb, *more)
    with pytest.raises(NotFound, match="scribe"):
        do("dana", roles.give_up, Role.SCRIBE)

    assert held() == {"commander": "dana"}


@pytest.mark.parametrize("username", ["charlie", "nobody"])
def test_a_role_needs_somebody_who_may_work_on_it(
    do: Do, held: Callable[[], dict[str, str]], username: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        do("dana", roles.give, Role.SCRIBE, username)

    assert "username" in refusal.value.fields
    assert held() == {"commander": "dana"}


def test_responders_join_leave_and_come_back(
    do: Do, at_work: Callable[[], list[str]], timeline: Callable[[str], list[str]]
) -> None:
    assert at_work() == ["dana"]
    do("alice", roles.join)
    do("dana", roles.join, "bob")
    assert set(at_work()) == {"dana", "alice", "bob"}

    do("alice", roles.leave)
    do("dana", roles.leave, "bob")
    assert at_work() == ["dana"]

    do("alice", roles.join)
    assert set(at_work()) == {"dana", "alice"}
    told = timeline("alice")
    assert told.count("Alice Archer works on this") == 2
    assert "Dana Director brought Bob Baker in" in told
    assert "Dana Director let Bob Baker go" in told


def test_one_brings_in_or_lets_go_nobody_else_without_a_role(
    do: Do, at_work: Callable[[], list[str]]
) -> None:
    for verb, who in ((roles.join, "bob"), (roles.leave, "dana")):
        with pytest.raises(Denied):
            do("alice", verb, who)
    with pytest.raises(NotFound):
        do("dana", roles.leave, "bob")

    assert at_work() == ["dana"]


def test_whoever_has_a_role_does_not_just_leave(do: Do, major: str) -> None:
    assert major
    with pytest.raises(Refused, match="commander"):
        do("dana", roles.leave)


def test_all_of_it_is_done_on_the_page(
    browser: Callable[..., Browser],
    held: Callable[[], dict[str, str]],
    at_work: Callable[[], list[str]],
    major: str,
) -> None:
    dana, alice, root = browser("dana"), browser("alice"), f"/incidents/{major}/major"

    assert alice.post(f"{root}/responders").status_code == 303
    assert dana.post(f"{root}/roles", {"username": "bob", "role": ""}).status_code == 303
    assert dana.post(f"{root}/roles", {"username": "alice", "role": "scribe"}).status_code == 303
    assert held() == {"commander": "dana", "scribe": "alice"}
    assert set(at_work()) == {"dana", "alice", "bob"}

    assert alice.post(f"{root}/roles/scribe/give-up").status_code == 303
    assert alice.post(f"{root}/responders/leave").status_code == 303
    assert dana.post(f"{root}/responders/leave", {"username": "bob"}).status_code == 303
    assert (held(), at_work()) == ({"commander": "dana"}, ["dana"])

    refused = dana.post(f"{root}/roles", {"username": "charlie", "role": "scribe"})
    assert refused.status_code == 422
    assert "Charlie Clerk may not work on" in refused.text
    assert dana.post(f"{root}/roles/king/give-up").status_code == 404


def test_the_requester_does_not_learn_who_runs_it(major: str, page: Callable[[str], str]) -> None:
    assert major
    shown = page("charlie")

    assert "major-banner" in shown
    assert "commander" not in shown.lower()
    assert "Responders" not in shown
