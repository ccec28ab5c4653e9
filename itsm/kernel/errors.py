"""What a verb may say instead of doing its work; doors turn these into answers."""

from collections.abc import Mapping, Sequence


class DomainError(Exception):
    """A refusal that is shown to the user as it stands: one sentence that says what to do."""


class Refused(DomainError):
    """The verb is not possible now (HTTP 409).

    `legal` lists what is possible instead, such as the states that may follow.
    """

    def __init__(self, message: str, *, legal: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.legal = tuple(legal)


class Invalid(DomainError):
    """The input is not understood (HTTP 422 on pages, 400 at an intake door).

    `fields` maps a field name, or a JSON pointer, to what is wrong with it.
    """

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})


class NotFound(DomainError):
    """The thing does not exist for this actor (HTTP 404), whether or not it exists at all."""


class Denied(DomainError):
    """The actor may see the thing but not do this to it (HTTP 403)."""


class Conflict(DomainError):
    """Somebody else changed the thing since it was read (HTTP 412 with If-Match, else 409)."""


class TooMany(DomainError):
    """The caller has to wait `retry_after` seconds (HTTP 429)."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
