"""Full-text search: one table, filled in the same transaction, indexed as each database does it.

SQLite keeps an FTS5 index beside the table, PostgreSQL a generated `tsvector` under a GIN index;
triggers and generated columns stand in the migration. Visibility is not decided here: callers join
`matching(…)` to a query that starts from `visible_to`.
"""

import re

from sqlalchemy import (
    ColumnElement,
    Index,
    Select,
    String,
    Text,
    delete,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from itsm.kernel.events import Subject
from itsm.kernel.work import Work
from itsm.platform.database import Id, Model

MAX_WORDS = 12
MAX_BODY = 100_000

SQLITE_INDEX = (
    """
    CREATE VIRTUAL TABLE search_index USING fts5(
      title, body, content='search_document', content_rowid='id',
      tokenize='unicode61 remove_diacritics 2', prefix='2 3')
    """,
    """
    CREATE TRIGGER search_document_ai AFTER INSERT ON search_document BEGIN
      INSERT INTO search_index(rowid, title, body) VALUES (new.id, new.title, new.body);
    END
    """,
    """
    CREATE TRIGGER search_document_ad AFTER DELETE ON search_document BEGIN
      INSERT INTO search_index(search_index, rowid, title, body)
      VALUES ('delete', old.id, old.title, old.body);
    END
    """,
    """
    CREATE TRIGGER search_document_au AFTER UPDATE ON search_document BEGIN
      INSERT INTO search_index(search_index, rowid, title, body)
      VALUES ('delete', old.id, old.title, old.body);
      INSERT INTO search_index(rowid, title, body) VALUES (new.id, new.title, new.body);
    END
    """,
)
POSTGRESQL_INDEX = (
    """
    ALTER TABLE search_document ADD COLUMN vector tsvector GENERATED ALWAYS AS (
      setweight(to_tsvector('simple', title), 'A') || to_tsvector('simple', body)) STORED
    """,
    "CREATE INDEX ix_search_document_vector ON search_document USING gin (vector)",
)


class SearchDocument(Model):
    """The searchable text of one thing."""

    __tablename__ = "search_document"
    __table_args__ = (
        Index("uq_search_document_subject", "subject_kind", "subject_id", unique=True),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(Id)
    title: Mapped[str] = mapped_column(String(400))
    body: Mapped[str] = mapped_column(Text)


def put(work: Work, subject: Subject, title: str, body: str) -> None:
    """Make a thing findable by `title` and `body`, replacing what was there."""
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    changing = {"title": title, "body": body[:MAX_BODY].replace("\x00", "")}
    values = {"subject_kind": subject.kind, "subject_id": subject.id, **changing}
    work.session.execute(
        dialect.insert(SearchDocument)
        .values(values)
        .on_conflict_do_update(index_elements=["subject_kind", "subject_id"], set_=changing)
    )


def add(work: Work, subject: Subject, text_more: str) -> None:
    """Append to the searchable body of a thing, such as a new comment on a ticket."""
    document = work.session.scalar(
        select(SearchDocument).where(
            SearchDocument.subject_kind == subject.kind, SearchDocument.subject_id == subject.id
        )
    )
    if document is not None:
        document.body = f"{document.body}\n{text_more}"[-MAX_BODY:].replace("\x00", "")


def remove(work: Work, subject: Subject) -> None:
    """Make a thing unfindable."""
    work.session.execute(
        delete(SearchDocument).where(
            SearchDocument.subject_kind == subject.kind, SearchDocument.subject_id == subject.id
        )
    )


def matching(work: Work, kind: str, words: str) -> Select[int] | None:
    """Return the query for the subject ids of `kind` that hold all of `words`.

    The last word may be the beginning of one. None when `words` has nothing to look for.
    """
    terms = re.findall(r"\w+", words)[:MAX_WORDS]
    if not terms:
        return None
    found = select(SearchDocument.subject_id).where(SearchDocument.subject_kind == kind)
    if work.session.get_bind().dialect.name == "sqlite":
        return found.where(SearchDocument.id.in_(_fts5(terms)))
    return found.where(_tsquery(terms))


def _fts5(terms: list[str]) -> Select[int]:
    expression = " ".join(f'"{term}"' for term in terms) + "*"
    return (
        select(literal_column("rowid", Id))
        .select_from(text("search_index"))
        .where(text("search_index MATCH :expression").bindparams(expression=expression))
    )


def _tsquery(terms: list[str]) -> ColumnElement[bool]:
    expression = " & ".join(terms) + ":*"
    vector: ColumnElement[object] = literal_column("search_document.vector")
    return vector.op("@@")(func.to_tsquery("simple", expression))
