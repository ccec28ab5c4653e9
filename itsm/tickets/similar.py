"""Incidents that were solved before and resemble one: what its agent may want to see again.

Candidates share a word with it that few documents hold, or a CI. The score is the sum of the
inverse document frequencies of the shared words (Spärck Jones, 1972), those of the title thrice,
over that of all its telling words; the same CI adds a quarter. Each tells why it is shown.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from itsm.assets import queries as assets
from itsm.desk import queries as desk
from itsm.desk.models import Ticket
from itsm.kernel.work import Work
from itsm.platform import search
from itsm.tickets import kinds
from itsm.tickets.kinds import KindOf

SHOWN = 5
CANDIDATES = 200
TEXT = 2_000
TITLE_COUNTS = 3
SAME_CI = 0.25
LEAST = 0.15


@dataclass(frozen=True, slots=True)
class Similar:
    """A solved ticket: how alike it is, from 0 up, and by which words or CI."""

    number: str
    title: str
    resolution: str
    resolution_code: str
    resolved_at: datetime | None
    score: float
    words: Sequence[str]
    same_ci: bool


def of(work: Work, ticket: Ticket) -> list[Similar]:
    """Return up to five solved incidents that resemble one, the most alike first."""
    affected = assets.of_tickets(work, [ticket.id]).get(ticket.id, [])
    # Services hang on many things, and say little of what broke.
    cis = [brief.id for brief in affected if not brief.is_service] or [one.id for one in affected]
    shares = search.telling(work, f"{ticket.title} {ticket.description[:TEXT]}")
    weights = {word: math.log1p(1 / share) for word, share in shares.items()}
    same = set(assets.ticket_ids_of(work, cis, CANDIDATES)) if cis else set()
    by_words = search.holding_any(work, desk.TICKET, list(weights), CANDIDATES) if weights else ()
    in_title = set(search.plain_words(work, ticket.title))
    found = [
        _compared(work, row, weights, in_title, same_ci=row.id in same)
        for row in _solved(work, kinds.of(ticket), {*by_words, *same} - {ticket.id})
    ]
    alike = [one for one in found if one.score >= LEAST]
    return sorted(alike, key=lambda one: one.score, reverse=True)[:SHOWN]


def _solved(work: Work, kind: KindOf, ids: set[int]) -> Sequence[Ticket]:
    """Return those of the candidates that the actor may read and that say what solved them."""
    if not ids:
        return ()
    query = (
        select(Ticket)
        .where(
            Ticket.id.in_(ids),
            Ticket.kind == kind.kind,
            Ticket.resolved_at.is_not(None),
            Ticket.resolution != "",
            desk.visible_to(work),
        )
        .order_by(Ticket.id.desc())
    )
    return work.session.scalars(query).all()


def _compared(
    work: Work, row: Ticket, weights: Mapping[str, float], in_title: set[str], *, same_ci: bool
) -> Similar:
    theirs_title = set(search.plain_words(work, row.title))
    theirs = theirs_title | set(search.plain_words(work, row.description[:TEXT]))
    shared = [word for word in weights if word in theirs]
    gained = sum(_weight(word, weights, in_title & theirs_title) for word in shared)
    possible = sum(_weight(word, weights, in_title) for word in weights)
    score = (gained / possible if possible else 0.0) + SAME_CI * same_ci
    return Similar(
        number=row.number,
        title=row.title,
        resolution=row.resolution,
        resolution_code=row.resolution_code,
        resolved_at=row.resolved_at,
        score=round(score, 3),
        words=sorted(shared, key=lambda word: -weights[word])[:SHOWN],
        same_ci=same_ci,
    )


def _weight(word: str, weights: Mapping[str, float], in_title: set[str]) -> float:
    return weights[word] * (TITLE_COUNTS if word in in_title else 1)
