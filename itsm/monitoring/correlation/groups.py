"""Which incident the alerts of a rule's group belong to, by a row that whoever asks locks."""

from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from itsm.kernel.work import Work
from itsm.monitoring.correlation.models import AlertGroup


def ticket_of(work: Work, rule_id: int, digest: str, window: timedelta) -> int | None:
    """Return the incident of a group whose last alert is no older than `window`, and lock it.

    The group's alert of now counts as its last. None for a group that begins now, which
    `belongs` then gives its incident; until the commit others who ask wait.
    """
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    begun = dialect.insert(AlertGroup).values(
        rule_id=rule_id, digest=digest, ticket_id=None, last_at=work.now
    )
    work.session.execute(begun.on_conflict_do_nothing(index_elements=["rule_id", "digest"]))
    of_group = (AlertGroup.rule_id == rule_id, AlertGroup.digest == digest)
    query = work.session.query(AlertGroup).filter(*of_group).with_for_update()
    row = query.populate_existing().one()
    fresh = row.last_at >= work.now - window
    row.last_at = work.now
    if not fresh:
        row.ticket_id = None
    return row.ticket_id


def belongs(work: Work, rule_id: int, digest: str, ticket_id: int) -> None:
    """Have a group's alerts belong to an incident from now on."""
    work.session.execute(
        update(AlertGroup)
        .where(AlertGroup.rule_id == rule_id, AlertGroup.digest == digest)
        .values(ticket_id=ticket_id, last_at=work.now)
    )


def forget(work: Work, rule_id: int) -> None:
    """Forget what a rule has put together."""
    work.session.execute(delete(AlertGroup).where(AlertGroup.rule_id == rule_id))
