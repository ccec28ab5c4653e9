"""The properties of a CI as people and programs name them."""

from typing import cast

from itsm.assets.models import Ci
from itsm.kernel.events import Json

NAMES = (
    "class",
    "name",
    "description",
    "state",
    "criticality",
    "environment",
    "owner_team",
    "owner",
    "used_by",
    "site",
    "attributes",
)


def of(ci: Ci) -> dict[str, Json]:
    """Return the properties of a CI that was loaded by `queries.get`, with teams and people named.

    These are the names that `inputs.EditCi`, the API, the journal and the CSV columns use.
    """
    return {
        "class": ci.ci_class.key,
        "name": ci.name,
        "description": ci.description,
        "state": ci.state.value,
        "criticality": ci.criticality.value,
        "environment": ci.environment.value,
        "owner_team": ci.owner_team.key if ci.owner_team else None,
        "owner": ci.owner.username if ci.owner else None,
        "used_by": ci.used_by.username if ci.used_by else None,
        "site": ci.site.key if ci.site else None,
        "attributes": ci.attributes,
    }


def values(ci: Ci) -> dict[str, Json]:
    """Return the values of the attributes that the CI's class declares, by name."""
    return cast("dict[str, Json]", ci.attributes)


def sources(ci: Ci) -> list[str]:
    """Return where the CI is known from, such as "manual" or "import", oldest first."""
    return cast("list[str]", ci.sources)
