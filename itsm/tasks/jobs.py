"""What happens to tasks by time alone."""

from itsm.kernel.work import Work
from itsm.platform.outbox import Payload
from itsm.tasks import queries
from itsm.tasks.events import TaskReminded


def remind(work: Work, payload: Payload) -> None:
    """Say that a task falls due, unless it is done or due at another time by now. A timer.

    Emits TaskReminded.
    """
    task = queries.by_id(work, int(str(payload["task_id"])))
    at = task.remind_at if task else None
    if task is None or task.done_at is not None or at is None or at > work.now:
        return
    work.emit(TaskReminded(ticket_id=task.ticket_id, task_id=task.id))
