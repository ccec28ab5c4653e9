"""Who else is hit by a disturbance: employees say so themselves, each once."""

from sqlalchemy.dialects import postgresql, sqlite

from itsm.incidents.major import bulletins
from itsm.incidents.major.events import AffectedCounted
from itsm.incidents.major.models import Affected
from itsm.kernel.access import Permission
from itsm.kernel.errors import Refused
from itsm.kernel.work import Work


def count_me(work: Work, number: str) -> None:
    """Count the actor among those whom it hits. Emits AffectedCounted unless they are already.

    They learn no more of it than its status page tells. Raises Denied, Refused for a machine,
    NotFound where employees know of no such disturbance or it is over.
    """
    work.must(Permission.SELF)
    ticket_id = bulletins.current_id(work, number)
    if work.actor.id is None:
        raise Refused("only people can be affected")
    # Two taps may come at once, and count once.
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    counted = work.session.scalar(
        dialect.insert(Affected)
        .values(ticket_id=ticket_id, person_id=work.actor.id, said_at=work.now)
        .on_conflict_do_nothing()
        .returning(Affected.person_id)
    )
    if counted is not None:
        work.emit(AffectedCounted(ticket_id=ticket_id, person_id=counted))
