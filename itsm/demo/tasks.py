"""What is still to be done in the demo, and what is done already."""

from datetime import datetime, timedelta

from itsm.demo.stories import Stage
from itsm.kernel.work import Work
from itsm.tasks import queries, service
from itsm.tasks.checklists import service as checklists
from itsm.tasks.checklists.inputs import SaveChecklist, Step
from itsm.tasks.inputs import NewTask

NEW_LAPTOP = (
    ("Take it from stock and label it", 0),
    ("Install the standard image", 1),
    ("Join it to the directory", 1),
    ("Install what the department needs", 2),
    ("Hand it over and have it signed for", 3),
    ("Wipe the old one", 7),
    ("Write the change into the assets", None),
)

# Of whose ticket: what, by whom (a person, a team as "#key", or nobody), due in so many hours,
# and whether it is done.
TASKS: tuple[tuple[str, str, str, float | None, bool], ...] = (
    ("phone-lost", "Lock the lost phone", "agent", None, True),
    ("phone-lost", "Block its SIM card", "#network", None, True),
    ("phone-lost", "Hand out a replacement", "felix", 26, False),
    ("phone-lost", "Ask whether it was found", "", 72, False),
    ("excel", "Try it in the newer version", "agent", -2, False),
    ("excel", "Tell the team of the workaround", "#service-desk", 4, False),
    ("laptop-fan", "Order a new fan", "felix", None, True),
    ("laptop-fan", "Fit the fan", "felix", 30, False),
)


def enter(work: Work, stage: Stage, now: datetime) -> None:
    """Write down what is to be done, as the agent."""
    work.actor = stage.actors["admin"]
    steps = tuple(Step(title=title, due_days=days) for title, days in NEW_LAPTOP)
    new_laptop = checklists.save(
        work, SaveChecklist(name="New laptop", desk="it", category="Workplace", steps=steps)
    )
    work.actor = stage.actors["agent"]
    on_it = queries.ticket_to_change(work, stage.tickets["laptop-fan"])
    first, second, *_ = checklists.apply(work, on_it, new_laptop)
    for task in (first, second):
        service.finish(work, on_it, task, done=True)
    for key, title, whose, hours, done in TASKS:
        ticket = queries.ticket_to_change(work, stage.tickets[key])
        new = NewTask(
            title=title,
            assignee="" if whose.startswith("#") else whose,
            team=whose.removeprefix("#") if whose.startswith("#") else "",
            due=None if hours is None else now + timedelta(hours=hours),
            remind=None if hours is None or hours < 1 else 60,
        )
        task = service.add(work, ticket, new)
        if done:
            service.finish(work, ticket, task, done=True)
