"""Work: the one thing that is passed down. Who acts, when, in which transaction, what happened."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from itsm.kernel.access import Actor, Guarded, Permission, can
from itsm.kernel.errors import Denied
from itsm.kernel.events import Event

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

T = TypeVar("T")


class Vault(Protocol):
    """Encrypts what must not lie readable in the database."""

    def seal(self, text: str) -> bytes:
        """Return `text` encrypted under the current key."""
        ...

    def open(self, sealed: bytes) -> str:
        """Return the text again. Raises SecretUnreadable if no key fits."""
        ...

    def digest(self, text: str) -> str:
        """Return the hash of a random token, by which it can be looked up but not read."""
        ...

    def sign(self, value: str, purpose: str) -> str:
        """Return `value` with a signature that is good for `purpose` alone."""
        ...

    def unsign(self, signed: str, purpose: str) -> str | None:
        """Return the value if its signature is good for `purpose`, else None."""
        ...


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a Work comes from: the door, the request id carried through jobs, the address."""

    door: str
    request_id: str = ""
    address: str = ""


@dataclass(slots=True)
class Work:
    """One unit of work. A door opens it, calls one verb, settles its events and commits once."""

    session: "Session"
    actor: Actor
    now: datetime
    origin: Origin
    vault: Vault
    events: list[Event] = field(default_factory=list)

    def emit(self, event: Event) -> None:
        """Record that something happened; it is journaled when the Work is settled."""
        self.events.append(event)

    def add(self, row: T) -> T:
        """Add a new row and give it its id."""
        self.session.add(row)
        self.session.flush()
        return row

    def can(self, permission: Permission, thing: Guarded | None = None) -> bool:
        """Tell whether the actor may do `permission`, to `thing` where one is given."""
        return can(self.actor, permission, thing)

    def must(self, permission: Permission, thing: Guarded | None = None) -> None:
        """Raise Denied unless the actor may do `permission`."""
        if not self.can(permission, thing):
            raise Denied(f"this needs the permission {permission.value}")
