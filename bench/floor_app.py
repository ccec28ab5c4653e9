"""The least that our stack can do: one ORM row per POST, fifty rows by keyset per GET.

The engine is made on the first request, after the server has forked its workers.
"""

import os
from functools import cache

from flask import Flask, Response, render_template_string, request
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """Base of the one table."""


class Row(Base):
    """A row about as wide as a ticket's."""

    __tablename__ = "row"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    state: Mapped[str]
    priority: Mapped[int]
    body: Mapped[str]


PAGE = """<!doctype html><table>{% for row in rows %}<tr><td>{{ row.id }}<td>{{ row.title }}
<td>{{ row.state }}<td>{{ row.priority }}{% endfor %}</table>"""

app = Flask(__name__)


@cache
def engine() -> Engine:
    """Return this process's engine."""
    return create_engine(os.environ["FLOOR_DATABASE_URL"], pool_size=8)


@app.post("/rows")
def add() -> tuple[dict[str, int], int]:
    """Insert the row that the JSON body describes."""
    with Session(engine()) as session:
        row = Row(**request.get_json())
        session.add(row)
        session.commit()
        return {"id": row.id}, 201


@app.get("/rows")
def page() -> Response:
    """Show the fifty newest rows before `before`."""
    newest = (
        select(Row).where(Row.id < request.args.get("before", type=int)).order_by(Row.id.desc())
    )
    with Session(engine()) as session:
        rows = session.scalars(newest.limit(50)).all()
        return Response(render_template_string(PAGE, rows=rows))
