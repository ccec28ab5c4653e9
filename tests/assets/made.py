"""CIs for tests."""

from typing import Any

from itsm.assets import service
from itsm.assets.inputs import NewCi, NewRelation
from itsm.assets.models import Ci, RelationType
from itsm.kernel.work import Work


def ci(work: Work, name: str, *, of: str = "server", **more: Any) -> Ci:  # noqa: ANN401
    """Return a new CI."""
    return service.create(work, NewCi.model_validate({"class": of, "name": name, **more}))


def runs_on(work: Work, source: Ci, target: Ci) -> None:
    """Put the source on the target."""
    service.relate(work, source, NewRelation(type=RelationType.RUNS_ON, target=target.number))
