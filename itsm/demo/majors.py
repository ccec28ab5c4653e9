"""What is done to major incidents in the demo, as steps of its stories."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from itsm.desk.models import Visibility
from itsm.incidents.major import actions, affected, review, roles, service, updates
from itsm.incidents.major.inputs import ChangeMajor, Declare, NewAction, NewUpdate
from itsm.incidents.major.states import Role, Status
from itsm.incidents.models import Incident
from itsm.kernel.work import Work

DONE_WITHIN = timedelta(days=14)


def _told(work: Work, incident: Incident, text: str) -> None:
    status, _, body = text.partition(" ")
    new = NewUpdate(body=body, visibility=Visibility.PUBLIC, status=Status(status))
    updates.write(work, incident, new)


def _noted(work: Work, incident: Incident, text: str) -> None:
    updates.write(work, incident, NewUpdate(body=text, visibility=Visibility.INTERNAL))


def _role(work: Work, incident: Incident, text: str) -> None:
    role, _, username = text.partition(" ")
    roles.give(work, incident, Role(role), username)


def _todo(work: Work, incident: Incident, text: str) -> None:
    owner, _, title = text.partition(" ")
    due = (work.now + DONE_WITHIN).date()
    actions.add(work, incident, NewAction(title=title, owner=owner, due_on=due))


def _every(work: Work, incident: Incident, text: str) -> None:
    service.change(work, incident, ChangeMajor(interval_min=int(text)))


def _hit(work: Work, incident: Incident, _text: str) -> None:
    affected.count_me(work, incident.number)


VERBS: Mapping[str, Callable[[Work, Incident, str], object]] = {
    "major": lambda work, one, text: service.declare(work, one, Declare(headline=text)),
    "every": _every,
    "told": _told,
    "noted": _noted,
    "hit": _hit,
    "role": _role,
    "join": lambda work, one, _text: roles.join(work, one),
    "review": lambda work, one, _text: review.draft(work, one),
    "todo": _todo,
}
