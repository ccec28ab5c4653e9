"""Between the forms of on call, which are flat, and its inputs, which are nested.

A field's name is its place in the input: `layers-0-hours-start`. A draft is the nested form of
what stands in a form, as texts, so that it can be shown again as it was typed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from itsm.kernel.errors import Refused
from itsm.oncall.inputs import MOST_SHIFTS, PolicyInput, ShiftInput
from itsm.oncall.models import PolicyVersion, Schedule, ScheduleLayer
from itsm.oncall.rota import Rhythm

Draft = dict[str, Any]


def new_layer(first_handoff: str) -> Draft:
    """Return the draft of a layer that nobody has filled in."""
    return {
        "members": [],
        "first_handoff": first_handoff,
        "rhythm": Rhythm.WEEKLY.value,
        "every": "1",
        "hours": None,
        "zone": None,
    }


def new_step() -> Draft:
    """Return the draft of a step that nobody has filled in."""
    return {"delay_min": "5", "important": False, "targets": []}


def schedule_draft(form: MultiDict[str, str]) -> Draft:
    """Return what stands in a schedule form, layers that are to go left out or put higher."""
    count = _count(form, "layers", 20)
    layers = [
        _layer_draft(form, f"layers-{n}")
        for n in range(count)
        if form.get("do") != f"remove-layer-{n}"
    ]
    for n in range(1, len(layers)):
        if form.get("do") == f"raise-layer-{n}":
            layers[n - 1], layers[n] = layers[n], layers[n - 1]
    return {
        "name": form.get("name", ""),
        "zone": form.get("zone", ""),
        "team_id": form.get("team_id") or None,
        "owner_id": form.get("owner_id") or None,
        "holidays": form.get("holidays", ""),
        "layers": layers,
    }


def of_schedule(schedule: Schedule) -> Draft:
    """Return the draft that says what a schedule says."""
    return {
        "name": schedule.name,
        "zone": schedule.zone,
        "team_id": schedule.team_id,
        "owner_id": schedule.owner_id,
        "holidays": schedule.holidays,
        "layers": [_of_layer(layer) for layer in schedule.layers],
    }


def temporary_draft(form: MultiDict[str, str]) -> Draft:
    """Return what stands in the form of a temporary schedule, shifts that are to go left out."""
    count = _count(form, "shifts", MOST_SHIFTS)
    rows = [
        {name: form.get(f"shifts-{n}-{name}", "") for name in ("person_id", "starts", "ends")}
        for n in range(count)
        if form.get("do") != f"remove-shift-{n}"
    ]
    return {
        "reason": form.get("reason", ""),
        "starts": form.get("starts", ""),
        "ends": form.get("ends", ""),
        "shifts": rows,
    }


def shift_rows(shifts: Sequence[ShiftInput]) -> list[Draft]:
    """Return the drafts that say what shifts say."""
    return [
        {
            "person_id": str(one.person_id),
            "starts": f"{one.starts:%Y-%m-%dT%H:%M}",
            "ends": f"{one.ends:%Y-%m-%dT%H:%M}",
        }
        for one in shifts
    ]


def policy_draft(form: MultiDict[str, str]) -> Draft:
    """Return what stands in a policy form, steps that are to go left out."""
    count = min(int(form.get("steps", "0") or 0), 30)
    return {
        "name": form.get("name", ""),
        "repeat": form.get("repeat", ""),
        "ack_timeout_min": form.get("ack_timeout_min", ""),
        "fallback_id": form.get("fallback_id", ""),
        "team_id": form.get("team_id") or None,
        "steps": [
            _step_draft(form, f"steps-{n}")
            for n in range(count)
            if form.get("do") != f"remove-step-{n}"
        ],
    }


def of_policy(version: PolicyVersion) -> Draft:
    """Return the draft that says what a version of a policy says."""
    return {
        "name": version.policy.name,
        "repeat": version.repeat,
        "ack_timeout_min": version.ack_timeout_min,
        "fallback_id": version.fallback_id,
        "team_id": version.policy.team_id,
        "steps": [
            {
                "delay_min": step.delay_min,
                "important": step.important,
                "targets": [
                    f"p{one.person_id}" if one.person_id else f"s{one.schedule_id}"
                    for one in step.targets
                ],
            }
            for step in version.steps
        ],
    }


def policy_input(draft: Draft) -> PolicyInput:
    """Return the policy that a draft stands for. Raises ValidationError."""
    steps = [
        {
            "delay_min": step["delay_min"],
            "important": step["important"],
            "people": [one[1:] for one in step["targets"] if one[0] == "p"],
            "schedules": [one[1:] for one in step["targets"] if one[0] == "s"],
        }
        for step in draft["steps"]
    ]
    return PolicyInput.model_validate(draft | {"steps": steps})


def by_place(error: ValidationError) -> dict[str, str]:
    """Return what is wrong by the name of the field that it is wrong in."""
    return {
        "-".join(str(part) for part in found["loc"]): _in_words(found["type"], found["msg"])
        for found in error.errors()
    }


def said(errors: Mapping[str, str]) -> list[str]:
    """Return what is wrong with a form, each with the place where it is."""
    return [f"{_place(name)}: {text}" if name else text for name, text in errors.items()]


def check_unchanged(form: Mapping[str, str], version: int) -> None:
    """Raise Refused if the form shows an older version than there is now."""
    if form.get("version") != str(version):
        raise Refused("somebody else changed this meanwhile: open it again")


def typed(form: Mapping[str, str], *names: str) -> dict[str, str]:
    """Return the fields of these names that are filled in."""
    return {name: form[name] for name in names if form.get(name)}


def _layer_draft(form: MultiDict[str, str], place: str) -> Draft:
    hours = {
        "start": form.get(f"{place}-hours-start", ""),
        "end": form.get(f"{place}-hours-end", ""),
        "days": "".join(form.getlist(f"{place}-hours-days")),
    }
    return {
        "members": [who for who in form.getlist(f"{place}-members") if who],
        "first_handoff": form.get(f"{place}-first_handoff", ""),
        "rhythm": form.get(f"{place}-rhythm", ""),
        "every": form.get(f"{place}-every", ""),
        "hours": hours if hours["start"] or hours["end"] else None,
        "zone": form.get(f"{place}-zone") or None,
    }


def _of_layer(layer: ScheduleLayer) -> Draft:
    hours = None
    if layer.hours_from is not None and layer.hours_to is not None:
        hours = {
            "start": f"{layer.hours_from:%H:%M}",
            "end": f"{layer.hours_to:%H:%M}",
            "days": layer.days,
        }
    return {
        "members": [member.person_id for member in layer.members],
        "first_handoff": f"{layer.first_handoff:%Y-%m-%dT%H:%M}",
        "rhythm": layer.rhythm.value,
        "every": layer.every,
        "hours": hours,
        "zone": layer.zone,
    }


def _step_draft(form: MultiDict[str, str], place: str) -> Draft:
    return {
        "delay_min": form.get(f"{place}-delay_min", ""),
        "important": f"{place}-important" in form,
        "targets": [one for one in form.getlist(f"{place}-targets") if one],
    }


def _count(form: MultiDict[str, str], name: str, most: int) -> int:
    return min(max(form.get(name, 0, type=int), 0), most)


def _place(name: str) -> str:
    """Return how people call a field: "Layer 2, first handoff" for layers-1-first_handoff."""
    words = [
        str(int(part) + 1) if part.isdigit() else part.replace("_", " ").removesuffix(" id")
        for part in name.replace("layers-", "layer-").replace("shifts-", "shift-").split("-")
    ]
    if len(words) > 1 and words[1].isdigit():
        words = [f"{words[0]} {words[1]}", *words[2:]]
    return ", ".join(words).capitalize()


def _in_words(kind: str, message: str) -> str:
    if kind == "missing" or kind.endswith(("_parsing", "_too_short", "datetime_from_date_parsing")):
        return "fill this in"
    return message.removeprefix("Value error, ")
