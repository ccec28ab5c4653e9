"""What is to be done so that it does not happen again."""

from itsm.incidents.major import queries
from itsm.incidents.major.events import ActionAdded, ActionChanged
from itsm.incidents.major.inputs import ChangeAction, NewAction
from itsm.incidents.major.models import Action
from itsm.incidents.major.roles import colleague
from itsm.incidents.models import Incident
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.people.models import Person


def add(work: Work, incident: Incident, new: NewAction) -> Action:
    """Write down something that is to be done. Emits ActionAdded.

    Raises Denied without ticket:note, NotFound for what is no major incident, Invalid for an owner
    who may not work on it.
    """
    work.must(Permission.TICKET_NOTE, incident)
    queries.active(work, incident)
    owner = _owner(work, incident, new.owner) if new.owner else None
    action = work.add(
        Action(
            ticket_id=incident.id,
            title=new.title,
            owner=owner,
            owner_id=owner.id if owner else None,
            due_on=new.due_on,
            created_at=work.now,
        )
    )
    told = owner.name if owner else None
    work.emit(
        ActionAdded(ticket_id=incident.id, action_id=action.id, title=action.title, owner=told)
    )
    return action


def change(work: Work, incident: Incident, action: Action, wanted: ChangeAction) -> None:
    """Tick an action item, or give it another title, owner or date. Emits ActionChanged.

    Raises Denied without ticket:note, Invalid for an owner who may not work on it.
    """
    work.must(Permission.TICKET_NOTE, incident)
    asked = wanted.model_fields_set
    if wanted.title is not None:
        action.title = wanted.title
    if wanted.owner is not None:
        action.owner = _owner(work, incident, wanted.owner) if wanted.owner else None
        action.owner_id = action.owner.id if action.owner else None
    if "due_on" in asked:
        action.due_on = wanted.due_on
    if wanted.done is not None:
        action.done_at = (action.done_at or work.now) if wanted.done else None
    work.emit(
        ActionChanged(
            ticket_id=incident.id,
            action_id=action.id,
            title=action.title,
            owner=action.owner.name if action.owner else None,
            done=action.done_at is not None,
        )
    )


def _owner(work: Work, incident: Incident, username: str) -> Person:
    try:
        return colleague(work, incident, username)
    except Invalid as error:
        raise Invalid(str(error), {"owner": error.fields["username"]}) from error
