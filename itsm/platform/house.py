"""The house: what one process is made of, put together once by `itsm/app.py`.

Every door opens its Work here, so that there is one place that settles events and one that commits.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from flask import Flask

from itsm.kernel.access import SYSTEM, Actor
from itsm.kernel.clock import Clock
from itsm.kernel.events import Event
from itsm.kernel.work import Origin, Work
from itsm.platform import journal, outbox
from itsm.platform.database import db
from itsm.platform.faults import kill_point
from itsm.platform.memo import Memo
from itsm.platform.outbox import Lane, Payload
from itsm.platform.secrets import Keyring
from itsm.platform.settings import Settings

T = TypeVar("T")
R = TypeVar("R")

# A job changes the database alone: it runs in one Work, and is done exactly once.
Job = Callable[[Work, Payload], None]
# A reaction in the same transaction, to the type of event under which the table holds it.
Within = Callable[[Work, Any], None]


@dataclass(frozen=True, slots=True)
class Effect(Generic[T, R]):
    """A job that reaches outside, in three steps so that no transaction is open meanwhile.

    `prepare` says what to do, or None when nothing is left to do; `perform` does it and returns
    what came of it, failures included; `record` writes that down. A crash in between repeats it.
    """

    prepare: Callable[[Work, Payload], T | None]
    perform: Callable[[T], R]
    record: Callable[[Work, Payload, R], None]


# Which property was changed is no secret; what it was and is may be one.
FIELD = "field"


@dataclass(frozen=True, slots=True)
class After:
    """A reaction that follows the commit: the job `kind`, in `lane`, with the event's data.

    One that is `signed` is told which event it was (`event`), which person acted (`by`), and of the
    data what is no text: jobs are listed for administrators, who may not read every ticket.
    """

    kind: str
    lane: Lane = Lane.DEFAULT
    signed: bool = False


@dataclass(frozen=True)
class Table:
    """What follows what: reactions by event type, and the handlers of jobs and timers by kind."""

    within: Mapping[type[Event], Sequence[Within]] = field(default_factory=dict)
    after: Mapping[type[Event], Sequence[After]] = field(default_factory=dict)
    jobs: Mapping[str, Job | Effect[Any, Any]] = field(default_factory=dict)
    timers: Mapping[str, Job] = field(default_factory=dict)


class Wake(Protocol):
    """Tells idle workers that the outbox holds something."""

    def __call__(self) -> bool:
        """Wake them and tell whether they were told. Must not raise: a lost wake loses nothing."""
        ...


@dataclass(frozen=True)
class House:
    """One process's settings, database, keys, clock and table of reactions."""

    app: Flask
    settings: Settings
    keyring: Keyring
    clock: Clock
    table: Table
    wake: Wake
    memo: Memo = field(default_factory=Memo)

    @contextmanager
    def work(
        self, actor: Actor = SYSTEM, origin: Origin | None = None, *, writes: bool = True
    ) -> Iterator[Work]:
        """Open a Work; on leaving settle its events and commit, on an exception roll back."""
        with self.app.app_context():
            work = self.open(actor, origin or Origin("system"), writes=writes)
            try:
                yield work
                self.close(work)
            finally:
                work.session.close()

    def open(self, actor: Actor, origin: Origin, *, writes: bool) -> Work:
        """Return a new Work in the present application context."""
        session = db.session()
        session.info["reads_only"] = not writes
        return Work(session, actor, self.clock(), origin, self.keyring)

    def close(self, work: Work) -> None:
        """Settle and commit a Work, then wake the workers if it left them something."""
        left_work = self.settle(work)
        work.session.commit()
        kill_point("committed")
        if left_work:
            self.wake()

    def settle(self, work: Work) -> bool:
        """Journal the events of a Work and run what follows; tell whether jobs were put.

        Reactions within the transaction may emit more events, which are settled likewise.
        """
        work.session.flush()
        happened, waiting = [], deque(work.events)
        work.events.clear()
        while waiting:
            event = waiting.popleft()
            happened.append(event)
            for react in self.table.within.get(type(event), ()):
                react(work, event)
                waiting.extend(work.events)
                work.events.clear()
        journal.write(work, happened)
        return self._put_jobs(work, happened)

    def _put_jobs(self, work: Work, happened: Sequence[Event]) -> bool:
        for event in happened:
            for after in self.table.after.get(type(event), ()):
                payload = _signed(event, work) if after.signed else event.data()
                outbox.put(work, after.kind, payload, lane=after.lane)
        return outbox.was_put(work)


def _signed(event: Event, work: Work) -> Payload:
    told = {
        name: value
        for name, value in event.data().items()
        if name == FIELD or not isinstance(value, str)
    }
    return {**told, "event": event.name, "by": work.actor.id}
