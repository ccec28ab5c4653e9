"""What happens to approvals of requests."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.desk.events import TicketEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked(TicketEvent):
    """Somebody is asked to allow it; `cost` as people read it, empty where it costs nothing."""

    name: ClassVar[str] = "request.approval_asked"

    approver: str
    approver_id: int
    what: str
    cost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalReminded(TicketEvent):
    """Whoever was asked has not answered, and was reminded."""

    name: ClassVar[str] = "request.approval_reminded"

    approver: str
    approver_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalGiven(TicketEvent):
    """It is allowed."""

    name: ClassVar[str] = "request.approved"

    cost: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalDenied(TicketEvent):
    """It is not allowed, for a reason that the requester reads."""

    name: ClassVar[str] = "request.not_approved"

    cost: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWithdrawn(TicketEvent):
    """Nobody needs to answer any more."""

    name: ClassVar[str] = "request.approval_withdrawn"

    approver: str
