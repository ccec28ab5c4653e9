"""The intake of messages: kept raw, read, applied, all in one transaction before the answer.

Reading is pure and comes first, so that a message is stored with what became of it by one INSERT.
If applying it fails, it is kept as rejected all the same, to be replayed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from sqlalchemy.exc import DataError, IntegrityError

from itsm.kernel.access import Actor, ActorKind, Permission
from itsm.kernel.errors import Refused
from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.monitoring import body, heartbeat, queries, service
from itsm.monitoring.body import TooLarge, Unreadable
from itsm.monitoring.events import MessageReplayed, ReplayAsked, SubscriptionAnswered
from itsm.monitoring.kinds import KINDS
from itsm.monitoring.service import Result
from itsm.monitoring.signal import Reading, Reject, Source
from itsm.platform import intake, outbox
from itsm.platform.faults import kill_point
from itsm.platform.intake import IntakeRow, IntakeState

# Of a body over the limit this much is kept, for the operator to see what it was.
KEPT_OF_TOO_LARGE = 4096
CONFIRM = "monitoring.confirm"
# With what the reason begins for which a message counts as unsigned.
UNSIGNED = ("Signature", "SigningCertURL")
# An alias of 512 characters is whole, since a message read again must find the same alert.
MAX_HEADER = 512
REPLAY = "monitoring.replay"
REPLAYED_AT_ONCE = 100
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Posted:
    """A message at the door: its kind of reading, the body as sent, headers in lower case."""

    kind: str
    raw: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message. Without results and notes, `rejects` say why nothing did."""

    intake_id: int
    results: Sequence[Result] = ()
    rejects: Sequence[Reject] = ()
    notes: Sequence[str] = ()

    @property
    def understood(self) -> bool:
        """Tell whether anything in the message was understood."""
        return bool(self.results or self.notes or not self.rejects)


def admit(work: Work, key: str, kind: str | None) -> Source | None:
    """Return the integration of that key and kind, None if there is none; it acts from now on.

    A kind of None takes the key of any integration, for doors whose format is not its kind's.
    """
    integration = queries.integration_by_key(work, key)
    if integration is None or (kind is not None and integration.kind != kind):
        return None
    work.actor = Actor(ActorKind.INTEGRATION, integration.name, id=integration.id)
    if integration.silent_since is not None:
        heartbeat.heard(work, integration)
    return integration


def take(work: Work, integration: Source, posted: Posted) -> Receipt:
    """Keep a message, apply what it says, and return what became of it.

    Raises TooLarge, when its beginning is kept and the caller has to commit nevertheless.
    """
    return apply(work, integration, posted, _read(work, integration, posted))


def apply(work: Work, integration: Source, posted: Posted, reading: Reading) -> Receipt:
    """Keep a message that was read already, and apply what it says."""
    intake_id = _keep(work, integration, posted, reading)
    _shake(work, intake_id, reading)
    kill_point("raw-kept")
    try:
        results = service.receive(work, integration, reading.signals, intake_id=intake_id)
        work.session.flush()
    except (DataError, IntegrityError) as error:
        return _keep_failed(work, integration, posted, error)
    return Receipt(intake_id, results, reading.rejects, reading.notes)


def refuse(work: Work, integration: Source, posted: Posted, reason: str) -> int:
    """Keep a message that was turned away, with the reason, and return its id."""
    message = _message(work, integration, posted)
    return intake.keep(work, message, state=IntakeState.REJECTED, reason=reason)


def let_go(work: Work) -> None:
    """Hold no lock and no connection while somebody outside is waited for.

    Only for a Work that has changed nothing yet.
    """
    work.session.rollback()


def replay(work: Work, row: IntakeRow) -> Receipt:
    """Read a kept message again, by its integration as it is set up now.

    Members that were applied before are left alone, so that nothing is processed twice. Raises
    Denied, NotFound if its integration is gone, Refused if all of the message was understood
    already, or if it lacked the signature that its integration still asks for. Emits
    MessageReplayed.
    """
    work.must(Permission.INTAKE_REPLAY)
    return _read_again(work, row)


def replay_refused(work: Work) -> int:
    """Have all messages read again that came over a limit, oldest first, by the worker.

    Returns how many these are, counting no further than 1000. Raises Denied, Refused if there are
    none. Emits ReplayAsked.
    """
    work.must(Permission.INTAKE_REPLAY)
    waiting = queries.over_limit(work, after=0)
    if not waiting:
        raise Refused("no message waits that came over a limit")
    work.emit(ReplayAsked(intake_id=waiting[0], messages=len(waiting)))
    outbox.put(work, REPLAY, {"after": 0})
    return len(waiting)


def replay_next(work: Work, after: int) -> None:
    """Read the next messages again that came over a limit, and leave a job for those behind."""
    ids = queries.over_limit(work, after, REPLAYED_AT_ONCE)
    for message_id in ids:
        _read_again(work, queries.message(work, message_id))
    if len(ids) == REPLAYED_AT_ONCE:
        outbox.put(work, REPLAY, {"after": ids[-1]})


def _read_again(work: Work, row: IntakeRow) -> Receipt:
    if row.state is IntakeState.DONE and not row.notes:
        raise Refused("all of this message was understood and applied already")
    integration = queries.integration(work, row.source_id or 0)
    if integration.verify_signature and row.reason.startswith(UNSIGNED):
        raise Refused("this integration takes signed messages only, and this one was not proven")
    posted = Posted(row.kind, row.body, headers_of(row))
    try:
        reading = _reading(integration, posted)
    except TooLarge:
        reading = Reading(rejects=(Reject(0, "body", "is larger than 1 MiB once inflated"),))
    applied = _applied(row)
    fresh = [signal for signal in reading.signals if signal.index not in applied]
    results = service.receive(
        work, integration, fresh, intake_id=row.id, received_at=row.received_at
    )
    _shake(work, row.id, reading)
    state, reason = _outcome(reading)
    intake.finish(work, row.id, state, reason=reason, notes=_notes(reading))
    work.emit(MessageReplayed(intake_id=row.id, outcome=state.value))
    return Receipt(row.id, results, reading.rejects, reading.notes)


def shaken(work: Work, intake_id: int, status: int) -> None:
    """Note on a message what its source answered to the handshake. Emits SubscriptionAnswered."""
    row = queries.message(work, intake_id)
    confirmed = status == HTTPStatus.OK
    said = "and was confirmed" if confirmed else f"and refused the confirmation with {status}"
    before = row.notes.get("said") if isinstance(row.notes, dict) else None
    told: list[Json] = [*before[:10], said] if isinstance(before, list) else [said]
    intake.finish(work, row.id, row.state, reason=row.reason, notes={"said": told, "applied": []})
    if row.source_id is not None:
        work.emit(SubscriptionAnswered(integration_id=row.source_id, confirmed=confirmed))


def _shake(work: Work, intake_id: int, reading: Reading) -> None:
    if reading.handshake:
        outbox.put(work, CONFIRM, {"intake_id": intake_id, "url": reading.handshake})


def _read(work: Work, integration: Source, posted: Posted) -> Reading:
    try:
        return _reading(integration, posted)
    except TooLarge:
        start = Posted(posted.kind, posted.raw[:KEPT_OF_TOO_LARGE], posted.headers)
        refuse(work, integration, start, "is larger than 1 MiB; only its beginning was kept")
        raise


def _reading(integration: Source, posted: Posted) -> Reading:
    """Return what the message says; one that cannot be read is one reject. Raises TooLarge."""
    try:
        message = body.message(posted.raw, posted.headers)
        return KINDS[posted.kind].read(message, integration.mapping)
    except Unreadable as error:
        return Reading(rejects=(Reject(0, error.field, error.reason),))
    except TooLarge:
        raise
    except Exception:
        # The door's top: whatever bug of ours a foreign body trips, the body is kept.
        log.exception("a reader failed", kind=posted.kind, integration=integration.name)
        return Reading(rejects=(Reject(0, "body", "could not be read; this is a fault of ours"),))


def _keep(work: Work, integration: Source, posted: Posted, reading: Reading) -> int:
    state, reason = _outcome(reading)
    message = _message(work, integration, posted)
    return intake.keep(work, message, state=state, reason=reason, notes=_notes(reading))


def _keep_failed(work: Work, integration: Source, posted: Posted, error: Exception) -> Receipt:
    log.error("a message could not be applied", reason=type(error).__name__)
    work.session.rollback()
    work.events.clear()
    reason = "could not be stored; this is a fault of ours"
    intake_id = refuse(work, integration, posted, reason)
    return Receipt(intake_id, rejects=(Reject(0, "body", reason),))


def _message(work: Work, integration: Source, posted: Posted) -> intake.Message:
    return intake.Message(
        door=queries.DOOR,
        kind=posted.kind,
        body=posted.raw,
        address=work.origin.address,
        source_id=integration.id,
        headers={name.title(): text[:MAX_HEADER] for name, text in posted.headers.items()},
    )


def _outcome(reading: Reading) -> tuple[IntakeState, str]:
    reason = "; ".join(f"{reject.field} {reject.reason}" for reject in reading.rejects[:5])
    if reading.rejects and not (reading.signals or reading.notes):
        return IntakeState.REJECTED, reason
    if reading.rejects:
        return IntakeState.PARTLY, reason
    return (IntakeState.DONE if reading.signals else IntakeState.IGNORED), ""


def _notes(reading: Reading) -> Json:
    """Return what is noted of a message; of one that was applied in part, which members were."""
    if not (reading.notes or (reading.rejects and reading.signals)):
        return None
    applied: list[Json] = [signal.index for signal in reading.signals]
    return {"said": [note[:400] for note in reading.notes[:50]], "applied": applied}


def _applied(row: IntakeRow) -> set[Json]:
    applied = row.notes.get("applied") if isinstance(row.notes, dict) else None
    return set(applied) if isinstance(applied, list) else set()


def headers_of(row: IntakeRow) -> dict[str, str]:
    """Return the headers that a message was kept with, in lower case."""
    kept = row.headers if isinstance(row.headers, dict) else {}
    return {str(name).lower(): str(text) for name, text in kept.items()}


def readable(row: IntakeRow) -> str:
    """Return a kept body for people: inflated, and as text where it is any."""
    try:
        raw = body.message(row.body, headers_of(row)).body
    except (TooLarge, Unreadable):
        raw = row.body
    return raw.decode("utf-8", "backslashreplace").replace("\0", "\u2400")
