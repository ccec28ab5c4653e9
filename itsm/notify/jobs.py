"""What the worker does for notification."""

from collections.abc import Callable
from dataclasses import replace

from itsm.kernel.work import Work
from itsm.notify import accounts, service
from itsm.notify.channel import Message, Outcome, Outside
from itsm.notify.channels import CHANNELS
from itsm.notify.models import ContactMethod
from itsm.notify.service import Task
from itsm.platform.house import Effect
from itsm.platform.outbox import Payload

TEST_BODY = "This is a test of how you are reached. If you read it, the channel works."


def hand_over(outside: Outside) -> Callable[[Task], Outcome]:
    """Return what hands a task to its channel; it never raises."""

    def perform(task: Task) -> Outcome:
        known = replace(outside, account=task.account)
        return CHANNELS[task.channel].send(task.config, task.message, known)

    return perform


def testing(outside: Outside) -> Effect[Task, Outcome]:
    """Return the job `notify.test`: payload `contact_id` and the message's `key`."""
    return Effect(_prepare_test, hand_over(outside), _record_test)


def _prepare_test(work: Work, payload: Payload) -> Task | None:
    contact = work.session.get(ContactMethod, payload["contact_id"])
    if contact is None:
        return None
    config = service.opened(work, contact)
    return Task(contact.channel, config, _test(payload), accounts.of_channel(work, contact.channel))


def _record_test(work: Work, payload: Payload, outcome: Outcome) -> None:
    contact = work.session.get(ContactMethod, payload["contact_id"])
    if contact is None:
        return
    if outcome.kept:
        service.keep(work, contact.person_id, contact.channel, contact.address, _test(payload))
    service.report_test(work, contact, outcome)


def _test(payload: Payload) -> Message:
    return Message(str(payload["key"]), "Test from the service desk", TEST_BODY)
