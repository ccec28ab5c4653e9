"""Tables of checklists."""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from itsm.desk.models import Desk
from itsm.platform.database import Id, Model


class Checklist(Model):
    """Steps under a name; a retired one is no longer offered.

    With a desk, and maybe one of its categories, it is offered there first, and told to those
    alone who work at that desk.
    """

    __tablename__ = "checklist"
    __table_args__ = (
        CheckConstraint("category = '' OR desk_id IS NOT NULL", name="category_of_desk"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"), index=True)
    category: Mapped[str] = mapped_column(String(120), default="")
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    desk: Mapped[Desk | None] = relationship(lazy="raise")
    steps: Mapped[list["ChecklistStep"]] = relationship(
        lazy="raise", order_by="ChecklistStep.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class ChecklistStep(Model):
    """One step; with `due_days` it is due so many days after the checklist was applied."""

    __tablename__ = "checklist_step"
    __table_args__ = (CheckConstraint("due_days >= 0", name="due_days"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklist.id"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    due_days: Mapped[int | None]
