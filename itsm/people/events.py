"""What happens to people and their access."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from itsm.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCreated(Event):
    """An account was made."""

    name: ClassVar[str] = "person.created"
    about: ClassVar[str] = "person"

    person_id: int
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSet(Event):
    """A password was set; all sessions of the person ended."""

    name: ClassVar[str] = "person.password_set"
    about: ClassVar[str] = "person"

    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted(Event):
    """A person got a role, on one desk where `desk_id` is not 0."""

    name: ClassVar[str] = "person.role_granted"
    about: ClassVar[str] = "person"

    person_id: int
    role: str
    desk_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn(Event):
    """A person logged in at a browser."""

    name: ClassVar[str] = "person.logged_in"
    about: ClassVar[str] = "person"

    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedOut(Event):
    """A person logged out."""

    name: ClassVar[str] = "person.logged_out"
    about: ClassVar[str] = "person"

    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageChosen(Event):
    """A person reads pages in this language from now on; empty for that of their browser."""

    name: ClassVar[str] = "person.language_chosen"
    about: ClassVar[str] = "person"

    person_id: int
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssued(Event):
    """An API token was made."""

    name: ClassVar[str] = "person.token_issued"
    about: ClassVar[str] = "person"

    person_id: int
    token_id: int
    scope: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Event):
    """An API token was taken back."""

    name: ClassVar[str] = "person.token_revoked"
    about: ClassVar[str] = "person"

    person_id: int
    token_id: int
