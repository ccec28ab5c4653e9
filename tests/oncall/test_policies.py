"""Escalation policies, by the verbs and by the pages."""

import pytest
from pydantic import ValidationError

from itsm.kernel.work import Work
from itsm.oncall import planning, queries
from itsm.oncall.inputs import PolicyInput, StepInput
from itsm.platform.house import House
from tests.cast import Browser, Cast


@pytest.fixture
def form(cast: Cast) -> dict[str, object]:
    """A policy form that tells Alice, then Bob."""
    return {
        "name": "Payments",
        "repeat": "1",
        "ack_timeout_min": "30",
        "fallback_id": cast.dana,
        "steps": "2",
        "steps-0-targets": f"p{cast.alice}",
        "steps-0-delay_min": "5",
        "steps-1-targets": f"p{cast.bob}",
        "steps-1-delay_min": "10",
        "do": "save",
    }


@pytest.fixture
def dana(house: House, cast: Cast) -> Browser:
    """The browser of somebody who may edit."""
    del cast
    return Browser(house, "dana")


def policy(cast: Cast, name: str = "Payments", delay_min: int = 5, repeat: int = 1) -> PolicyInput:
    step = StepInput(delay_min=delay_min, people=[cast.alice])
    return PolicyInput(name=name, steps=[step], repeat=repeat, fallback_id=cast.dana)


def test_an_edit_makes_a_new_version_and_keeps_the_old_one(work: Work, cast: Cast) -> None:
    made = planning.create_policy(work, policy(cast))
    first = queries.current_version(work, made.id)
    planning.edit_policy(work, made, policy(cast, delay_min=7))

    assert queries.current_version(work, made.id).number == 2
    assert queries.version(work, first.id).steps[0].delay_min == 5


def test_a_policy_without_end_needs_five_minutes_a_loop(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        policy(cast, delay_min=4, repeat=-1)

    assert policy(cast, delay_min=5, repeat=-1).repeat == -1


def test_one_policy_at_a_time_is_the_standard(work: Work, cast: Cast) -> None:
    one = planning.create_policy(work, policy(cast))
    other = planning.create_policy(work, policy(cast, "Other"))
    planning.make_standard(work, one)
    planning.make_standard(work, other)

    assert queries.standard_policy(work) is other


def test_the_form_makes_the_policy(dana: Browser, form: dict[str, object]) -> None:
    assert dana.post("/oncall/policies/new", form).status_code == 303

    assert "Alice Archer" in dana.get("/oncall/policies/").text


def test_a_step_that_names_nobody_is_pointed_out(dana: Browser, form: dict[str, object]) -> None:
    answer = dana.post("/oncall/policies/new", form | {"steps-1-targets": ""})

    assert answer.status_code == 422
    assert "a step names a person or a schedule" in answer.text


def test_a_step_is_added_without_losing_what_was_typed(
    dana: Browser, form: dict[str, object]
) -> None:
    page = dana.post("/oncall/policies/new", form | {"do": "add-step"}).text

    assert "Step 3" in page
    assert 'value="Payments"' in page


def test_an_agent_may_look_and_not_edit(house: House, form: dict[str, object]) -> None:
    alice = Browser(house, "alice")

    assert alice.get("/oncall/policies/").status_code == 200
    assert alice.post("/oncall/policies/new", form).status_code == 403


def test_ids_that_no_row_can_have_are_refused_and_break_nothing(
    dana: Browser, form: dict[str, object]
) -> None:
    for target in (f"p{2**70}", "p-1", "s999", "x1"):
        answer = dana.post("/oncall/policies/new", form | {"steps-1-targets": target})
        assert answer.status_code == 422
