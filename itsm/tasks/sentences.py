"""How the events of tasks read on a ticket's timeline. Requesters see none of them."""

from collections.abc import Mapping

from itsm.desk.sentences import Sentence

SENTENCES: Mapping[str, Sentence] = {
    "task.added": Sentence("list-check", "{actor} added the task {task}", internal=True),
    "task.changed": Sentence(
        "list-check", "{actor} changed the task {task}: {changed}", internal=True
    ),
    "task.done": Sentence("check", "{actor} did the task {task}", "ok", internal=True),
    "task.reopened": Sentence(
        "list-check", "{actor} marked the task {task} as not done", internal=True
    ),
    "task.removed": Sentence("trash", "{actor} removed the task {task}", internal=True),
    # Whom it is given to stands with the task itself.
    "task.given": Sentence("list-check", "", internal=True),
    "checklist.applied": Sentence(
        "list-check", "{actor} put the checklist {checklist} on it", internal=True
    ),
    "task.reminded": Sentence("bell", "A task falls due soon: its owner was told", internal=True),
}
