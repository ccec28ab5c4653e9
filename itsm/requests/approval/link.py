"""The link in a mail that lets one person answer one approval without a login, for seven days."""

from dataclasses import replace

from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.news.queries import Piece
from itsm.people import queries as people
from itsm.people.models import Person
from itsm.requests.approval import queries
from itsm.requests.approval.models import Approval, Decision
from itsm.requests.approval.service import LINK_LIFE

PURPOSE = "requests.approval"


def path(work: Work, piece: Piece, person_id: int) -> str:
    """Return where somebody answers; signed where they are the one who is asked now."""
    approval = queries.waiting(work, piece.ticket_id)
    if approval is None or approval.approver_id != person_id:
        return piece.path
    return f"/approvals/by-link/{work.vault.sign(f'{approval.id}:{person_id}', PURPOSE)}"


def opened(work: Work, link: str) -> tuple[Work, Approval]:
    """Return the approval that a link is good for, and the Work of whom it was sent to.

    Raises NotFound for any other link, once it is answered, and after seven days.
    """
    approval_id, _, person_id = (work.vault.unsign(link, PURPOSE) or "").partition(":")
    approval = queries.by_id(work, int(approval_id)) if approval_id.isdigit() else None
    if (
        approval is None
        or str(approval.approver_id) != person_id
        or approval.decision is not Decision.WAITING
        or work.now - approval.asked_at > LINK_LIFE
    ):
        raise NotFound("this link is not good any more")
    person = work.session.get_one(Person, approval.approver_id)
    if not person.active:
        raise NotFound("this link is not good any more")
    return replace(work, actor=people.actor(work, person)), approval
