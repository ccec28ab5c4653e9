"""Facts about this instance that live in the database: its name, its zone, whether it is a demo."""

from datetime import datetime

from sqlalchemy import JSON, String, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.platform.database import Model

NAME = "name"
ZONE = "zone"
DEMO = "demo"
DEFAULT_POLICY = "default_policy"


class InstanceFact(Model):
    """One fact and when it was last set."""

    __tablename__ = "instance_fact"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[Json] = mapped_column(JSON)
    changed_at: Mapped[datetime]


def get(work: Work, key: str) -> Json:
    """Return a fact, None if it was never set."""
    return work.session.scalar(select(InstanceFact.value).where(InstanceFact.key == key))


def put(work: Work, key: str, value: Json) -> None:
    """Set a fact."""
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    changing = {"value": value, "changed_at": work.now}
    statement = dialect.insert(InstanceFact).values(key=key, **changing)
    work.session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=changing))
