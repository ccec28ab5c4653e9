"""The life of a service request: asked for, worked on, put off, fulfilled or rejected, closed.

Its properties are changed as those of any ticket, in `tickets/editing.py`.
"""

from collections.abc import Callable, Mapping
from typing import Final

from itsm.desk.models import Kind
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, Refused
from itsm.kernel.work import Work
from itsm.requests.approval import service as approvals
from itsm.requests.events import (
    RequestCancelled,
    RequestClosed,
    RequestFulfilled,
    RequestOpened,
    RequestPaused,
    RequestRejected,
    RequestReopened,
    RequestResumed,
    RequestStarted,
)
from itsm.requests.models import ServiceRequest
from itsm.requests.states import LIFE, OPEN, State
from itsm.tickets import moving, opening, waiting
from itsm.tickets.inputs import OpenTicket, Transition
from itsm.tickets.kinds import KindOf

PREFIX = "REQ"
CLOSE = "requests.close"


def open_(work: Work, new: OpenTicket) -> ServiceRequest:
    """Enter a request, with the priority that the matrix gives. Emits RequestOpened.

    Raises as `opening.begin` does; Invalid for a CI that there is not.
    """
    request = opening.begin(work, ServiceRequest, new, state=LIFE.start, prefix=PREFIX)
    work.emit(
        RequestOpened(
            ticket_id=request.id,
            number=request.number,
            title=request.title,
            priority=request.priority,
            source=request.source,
        )
    )
    opening.link_cis(work, request, new)
    return request


def transition(work: Work, request: ServiceRequest, step: Transition) -> None:
    """Bring a request to the state `step.to`. Raises Refused listing the legal states, Denied."""
    move = LIFE.to(State(request.state), step.to)
    if move.step in _BY_APPROVAL:
        raise Refused(_BY_APPROVAL[move.step])
    _STEPS[move.step](work, request, step)


# Nobody but who is asked brings it past an approval, by whatever door.
_BY_APPROVAL: Mapping[str, str] = {
    "ask": "say who is to approve it: ask them for their approval",
    "approve": "it waits for an approval, which only who was asked can give",
}


def start(work: Work, request: ServiceRequest) -> None:
    """Begin work on a new request. Emits RequestStarted. Raises Refused, Denied."""
    moving.move(work, request, "start")
    work.emit(RequestStarted(ticket_id=request.id))


def wait(work: Work, request: ServiceRequest, reason: str) -> None:
    """Put work off until something happens. Emits RequestPaused. Raises Refused, Denied."""
    moving.move(work, request, "wait")
    request.waits_for = reason
    work.emit(RequestPaused(ticket_id=request.id, reason=reason))


def _wait_as_said(work: Work, request: ServiceRequest, step: Transition) -> None:
    wait(work, request, waiting.ANSWER if step.awaits_answer else step.reason)
    if step.awaits_answer:
        waiting.begin(work, request)


def resume(work: Work, request: ServiceRequest, needs: Permission | None = None) -> None:
    """Go on after waiting. Emits RequestResumed. Raises Refused, Denied."""
    moving.move(work, request, "resume", needs)
    work.emit(RequestResumed(ticket_id=request.id))


def fulfil(work: Work, request: ServiceRequest, resolution: str, code: str = "") -> None:
    """Say that its requester has it as of `work.now`; it closes by itself some days later.

    `resolution` says what was done and is shown to the requester. Emits RequestFulfilled. Raises
    Refused, Denied.
    """
    moving.move(work, request, "fulfil")
    moving.solved(work, request, CLOSE, resolution.strip(), code)
    work.emit(RequestFulfilled(ticket_id=request.id, code=code, resolution=request.resolution))


def reject(work: Work, request: ServiceRequest, reason: str) -> None:
    """Say that its requester does not get it, and why. Emits RequestRejected.

    Raises Invalid without a reason, which the requester reads; Refused, Denied.
    """
    if not reason.strip():
        raise Invalid("say why: its requester reads it", {"reason": "is needed"})
    moving.move(work, request, "reject")
    approvals.drop(work, request)
    request.closed_at = work.now
    work.emit(RequestRejected(ticket_id=request.id, reason=reason.strip()))


def close(work: Work, request: ServiceRequest, needs: Permission | None = None) -> None:
    """Close a fulfilled request for good. Emits RequestClosed. Raises Refused, Denied."""
    moving.move(work, request, "close", needs)
    moving.closed(work, request, CLOSE)
    work.emit(RequestClosed(ticket_id=request.id))


def reopen_by(
    work: Work, request: ServiceRequest, step: str, reason: str, needs: Permission | None = None
) -> None:
    """Say that it is not fulfilled, by the step `reopen` or `recur`. Emits RequestReopened."""
    moving.move(work, request, step, needs)
    moving.back(work, request, CLOSE)
    work.emit(RequestReopened(ticket_id=request.id, reason=reason))


def cancel(work: Work, request: ServiceRequest, reason: str) -> None:
    """End a request that nobody wants any more. Emits RequestCancelled. Raises Refused, Denied."""
    moving.move(work, request, "cancel")
    approvals.drop(work, request)
    request.closed_at = work.now
    work.emit(RequestCancelled(ticket_id=request.id, reason=reason))


_STEPS: Mapping[str, Callable[[Work, ServiceRequest, Transition], None]] = {
    "start": lambda work, request, _step: start(work, request),
    "resume": lambda work, request, _step: resume(work, request),
    "wait": _wait_as_said,
    "fulfil": lambda work, request, step: fulfil(
        work, request, step.resolution, step.resolution_code
    ),
    "withdraw": lambda work, request, _step: approvals.withdraw(work, request),
    "reject": lambda work, request, step: reject(work, request, step.reason),
    "close": lambda work, request, _step: close(work, request),
    "reopen": lambda work, request, step: reopen_by(work, request, "reopen", step.reason),
    "recur": lambda work, request, step: reopen_by(work, request, "recur", step.reason),
    "cancel": lambda work, request, step: cancel(work, request, step.reason),
}


def _leave(work: Work, request: ServiceRequest) -> None:
    del work
    if State(request.state) is State.AWAITING_APPROVAL:
        raise Refused("somebody was asked to approve it: withdraw that first")


def _settle(work: Work, request: ServiceRequest) -> None:
    moving.settle(work, request, CLOSE, solved=State(request.state) is State.FULFILLED)


REQUEST: Final = KindOf(
    kind=Kind.REQUEST,
    model=ServiceRequest,
    place="requests",
    noun="request",
    prefix=PREFIX,
    states=State,
    life=LIFE,
    open=OPEN,
    solved=State.FULFILLED,
    solving="fulfil",
    codes=(
        ("done", "Done as asked"),
        ("partly", "Done in part"),
        ("otherwise", "Done in another way"),
    ),
    asks_title="What is needed?",
    asks_text="For what, and by when?",
    hints_text="Whoever fulfils it should not have to ask",
    asks_solution="What was done?",
    asks_again="What is missing?",
    opening=OpenTicket,
    stepping=Transition,
    open_=open_,
    transition=transition,
    acknowledge=start,
    cancel=cancel,
    wait=wait,
    # What nobody answers about is not wanted any more.
    give_up=cancel,
    resume=resume,
    close=close,
    reopen=reopen_by,
    settle=_settle,
    leave=_leave,
)
