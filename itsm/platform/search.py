"""Full-text search: one table, filled in the same transaction, indexed as each database does it.

SQLite keeps an FTS5 index beside the table, PostgreSQL a generated `tsvector` under a GIN index;
triggers and generated columns stand in the migration. Visibility is not decided here: callers join
`matching(…)` to a query that starts from `visible_to`.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from sqlalchemy import (
    ColumnElement,
    Index,
    Select,
    String,
    Text,
    bindparam,
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
LEAST_LETTERS = 3
MOST_TERMS = 200
# How many documents one look for likenesses may touch.
MOST_TOUCHED = 5_000

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
SQLITE_WORDS = "CREATE VIRTUAL TABLE search_words USING fts5vocab('search_index', 'row')"
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
    return _rows_matching(" ".join(f'"{term}"' for term in terms) + "*")


def _rows_matching(expression: str) -> Select[int]:
    return (
        select(literal_column("rowid", Id))
        .select_from(text("search_index"))
        .where(text("search_index MATCH :expression").bindparams(expression=expression))
    )


def _tsquery(terms: list[str]) -> ColumnElement[bool]:
    expression = " & ".join(terms) + ":*"
    vector: ColumnElement[object] = literal_column("search_document.vector")
    return vector.op("@@")(func.to_tsquery("simple", expression))


def plain_words(work: Work, words: str) -> list[str]:
    """Return the words of a text as the index writes them, each once: small ones.

    SQLite's index leaves out accents, PostgreSQL's keeps them.
    """
    small = unicodedata.normalize("NFC", words).lower()
    if work.session.get_bind().dialect.name == "sqlite":
        apart = unicodedata.normalize("NFD", small)
        small = "".join(char for char in apart if not unicodedata.combining(char))
    return list(dict.fromkeys(re.findall(r"\w+", small)))


def telling(work: Work, words: str) -> dict[str, float]:
    """Return the words of a text that few documents hold, each with that share of all, 0 to 1.

    The rarest first, as many as together stand in no more than 5,000 documents; one at least.
    """
    terms = [term for term in plain_words(work, words) if len(term) >= LEAST_LETTERS][:MOST_TERMS]
    total = work.session.scalar(select(func.max(SearchDocument.id))) or 0
    if not terms or not total:
        return {}
    is_sqlite = work.session.get_bind().dialect.name == "sqlite"
    shares = _counted(work, terms, total) if is_sqlite else _sampled(work, terms)
    found: dict[str, float] = {}
    touched = 0.0
    for term, share in sorted(shares.items(), key=lambda one: one[1]):
        touched += share * total
        if found and touched > MOST_TOUCHED:
            break
        found[term] = share
    return found


def _counted(work: Work, terms: Sequence[str], total: int) -> Mapping[str, float]:
    """Return the share of documents that hold each word, left out where none does."""
    query = text("SELECT term, doc FROM search_words WHERE term IN :terms").bindparams(
        bindparam("terms", terms, expanding=True)
    )
    return {term: count / total for term, count in work.session.execute(query)}


def _sampled(work: Work, terms: Sequence[str]) -> Mapping[str, float]:
    """Return the same as ANALYZE saw it; a word that it does not know is rarer than all it does."""
    query = text(
        "SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats"
        " WHERE schemaname = current_schema() AND tablename = 'search_document'"
        " AND attname = 'vector'"
    )
    row = work.session.execute(query).first()
    common = dict(zip(row[0], row[1], strict=False)) if row and row[0] and row[1] else {}
    unknown = min(common.values(), default=0.001) / 2
    return {term: common.get(term, unknown) for term in terms}


def holding_any(work: Work, kind: str, terms: Sequence[str], limit: int) -> Sequence[int]:
    """Return the ids of `kind` that hold any of these words, the newest first."""
    found = select(SearchDocument.subject_id).where(SearchDocument.subject_kind == kind)
    if work.session.get_bind().dialect.name == "sqlite":
        expression = " OR ".join(f'"{term}"' for term in terms)
        found = found.where(SearchDocument.id.in_(_rows_matching(expression)))
    else:
        vector: ColumnElement[object] = literal_column("search_document.vector")
        expression = " | ".join(terms)
        found = found.where(vector.op("@@")(func.to_tsquery("simple", expression)))
    newest = found.order_by(SearchDocument.subject_id.desc()).limit(limit)
    return work.session.scalars(newest).all()
