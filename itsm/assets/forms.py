"""Forms about CIs: how their fields become inputs, and errors messages beside the fields."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from pydantic import ValidationError

from itsm.assets import queries
from itsm.assets.models import Criticality, Environment
from itsm.assets.states import State
from itsm.kernel.errors import DomainError, Invalid
from itsm.kernel.work import Work
from itsm.people import directory
from itsm.web.errors import field_errors

ATTRIBUTE = "attributes."
LISTS = frozenset({"aliases", "addresses"})


def typed(form: Mapping[str, str]) -> dict[str, object]:
    """Return a form as the input classes name things: attributes together, names in lists."""
    given: dict[str, object] = {
        name: _parts(value) if name in LISTS else value
        for name, value in form.items()
        if name != "csrf_token" and not name.startswith(ATTRIBUTE)
    }
    given["attributes"] = {
        name.removeprefix(ATTRIBUTE): value
        for name, value in form.items()
        if name.startswith(ATTRIBUTE)
    }
    return given


def worded(values: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Return the options of a select: each value and how people say it."""
    return [(value.value, value.value.replace("_", " ").capitalize()) for value in values]


def options(work: Work) -> dict[str, list[tuple[str, str]]]:
    """Return the options of the fields of a CI, by the name of the options."""
    return {
        "classes": [(one.key, one.name) for one in queries.classes(work)],
        "criticalities": worded(Criticality),
        "environments": worded(Environment),
        "states": worded(State),
        "teams": [(row.team.key, row.team.name) for row in directory.teams(work)],
        "sites": [(site.key, site.name) for site in directory.sites(work)],
    }


def wrong(error: ValidationError | DomainError) -> dict[str, str]:
    """Return what to say beside which field; under "" what concerns the whole form."""
    if isinstance(error, ValidationError):
        return field_errors(error)
    return (error.fields if isinstance(error, Invalid) else {}) or {"": str(error)}


def first(error: ValidationError | DomainError) -> str:
    """Return what to say beside the only field of a form."""
    return next(iter(wrong(error).values())) if isinstance(error, ValidationError) else str(error)


def _parts(value: str) -> list[str]:
    return [part.strip() for part in re.split(r"[\n,]", value) if part.strip()]
