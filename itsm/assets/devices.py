"""What people have in their hands. Of that they may know, whatever they may read of other CIs."""

from sqlalchemy import select

from itsm.assets import queries
from itsm.assets.models import Ci
from itsm.assets.queries import CiBrief
from itsm.assets.states import State
from itsm.kernel.work import Work


def used_by_actor(work: Work) -> list[CiBrief]:
    """Return the CIs that the actor uses and that are not retired, by name."""
    if work.actor.id is None:
        return []
    query = select(Ci.id).where(Ci.used_by_id == work.actor.id, Ci.state != State.RETIRED)
    found = queries.briefs(work, work.session.scalars(query))
    return sorted(found.values(), key=lambda one: (one.name, one.id))
