"""Storms: so many incidents of one integration in so short a time that one has to stand for all."""

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from itsm.kernel.work import Work
from itsm.monitoring.correlation.models import AlertPace, AlertStorm
from itsm.monitoring.models import Integration

WINDOW_S = 5 * 60
# Minutes without a new alert after which a storm is over.
CALM_MIN = 10
TIMER = "monitoring.storm"

Opened = list[tuple[int, int]]


def opened_lately(work: Work, integration: Integration) -> Opened:
    """Return when, in seconds since 1970, and which incidents it opened in the last 5 minutes.

    Locks the count until the commit, so that two never take the same place in it.
    """
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    first = dialect.insert(AlertPace).values(integration_id=integration.id, opened=[])
    work.session.execute(first.on_conflict_do_nothing(index_elements=["integration_id"]))
    query = select(AlertPace).where(AlertPace.integration_id == integration.id).with_for_update()
    row = work.session.scalars(query.execution_options(populate_existing=True)).one()
    kept = row.opened if isinstance(row.opened, list) else []
    pairs = [(int(str(one[0])), int(str(one[1]))) for one in kept if isinstance(one, list)]
    since = work.now.timestamp() - WINDOW_S
    return [pair for pair in pairs if pair[0] > since]


def count(work: Work, integration: Integration, ticket_id: int, before: Opened) -> None:
    """Note one more incident after those that `opened_lately` returned."""
    row = work.session.get_one(AlertPace, integration.id)
    row.opened = [list(pair) for pair in [*before, (int(work.now.timestamp()), ticket_id)]]


def begin(work: Work, integration: Integration, ticket_id: int) -> AlertStorm:
    """Have an incident stand for all that the integration says until its storm is over."""
    storm = AlertStorm(
        integration_id=integration.id, ticket_id=ticket_id, started_at=work.now, ended_at=None
    )
    work.session.get_one(AlertPace, integration.id).opened = []
    return work.add(storm)


def end(work: Work, storm: AlertStorm) -> None:
    """Let what the integration says open incidents again."""
    over = update(AlertStorm).where(AlertStorm.id == storm.id).values(ended_at=work.now)
    work.session.execute(over)
