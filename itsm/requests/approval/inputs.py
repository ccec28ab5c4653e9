"""What each command on an approval takes."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from itsm.desk.inputs import Command
from itsm.tickets.inputs import Key

HUNDREDTHS = 100


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


Amount = Annotated[
    Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)] | None,
    BeforeValidator(_none_if_empty),
]


class AskApproval(Command):
    """Whom to ask, for what, at what cost."""

    approver: Key = Field(default="", description="username; the requester's manager if left out")
    what: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = Field(
        default="", description="what is to be allowed, where the request does not say it"
    )
    amount: Amount = Field(default=None, description="what it costs, such as 1200.00")
    currency: Annotated[
        str, StringConstraints(strip_whitespace=True, to_upper=True, pattern="^([A-Za-z]{3})?$")
    ] = Field(default="", description="ISO 4217, such as EUR; needed with an amount")

    @model_validator(mode="after")
    def _has_currency(self) -> Self:
        if self.amount is not None and not self.currency:
            message = "say in which currency the amount is"
            raise ValueError(message)
        return self

    def hundredths(self) -> int | None:
        """Return the amount in hundredths, None where it costs nothing."""
        return None if self.amount is None else int(self.amount * HUNDREDTHS)


class Decide(Command):
    """An answer; a reason is needed to reject."""

    decision: Literal["approve", "reject"]
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""
