"""What the worker and the clock do for on call."""

from contextlib import suppress
from functools import partial

from itsm.kernel.work import Work
from itsm.notify import accounts
from itsm.notify import service as notify
from itsm.notify.channel import Message, Outcome, OutcomeState, Outside
from itsm.notify.channels.email import EmailConfig
from itsm.notify.jobs import hand_over
from itsm.notify.queries import MAIL
from itsm.notify.service import Task
from itsm.oncall import delivery_queries, queries, sending, service, wording
from itsm.oncall.models import Delivery
from itsm.oncall.situation import About, nothing_known
from itsm.platform.faults import kill_point
from itsm.platform.house import Effect
from itsm.platform.http import Forbidden, Unreachable
from itsm.platform.outbox import Payload

SLACK_ANSWERS = "https://hooks.slack.com/"


def advance(work: Work, payload: Payload) -> None:
    """Timer `oncall.advance`: take the steps of an escalation that are due."""
    service.advance(work, int(str(payload["escalation_id"])))


def delivering(outside: Outside, about: About = nothing_known) -> Effect[Task, Outcome]:
    """Return the job `oncall.deliver`: hand one delivery to its channel, payload `delivery_id`."""
    return Effect(
        partial(_prepare, outside.public_url, about),
        partial(_perform, outside),
        partial(_record, outside.public_url, about),
    )


def answering(outside: Outside) -> Effect[dict[str, str], None]:
    """Return the job `oncall.slack_answer`: tell who pressed a button what came of it.

    Payload: `url`, as Slack gave it, and `text`. It is not repeated: the page itself says it too.
    """

    def perform(answer: dict[str, str]) -> None:
        said = {"response_type": "ephemeral", "replace_original": False, "text": answer["text"]}
        with suppress(Forbidden, Unreachable):
            outside.client.post(answer["url"], json=said)

    return Effect(_prepare_answer, perform, _record_nothing)


def _record_nothing(work: Work, payload: Payload, nothing: None) -> None:
    del work, payload, nothing


def _prepare_answer(work: Work, payload: Payload) -> dict[str, str] | None:
    del work
    answer = {name: str(payload[name]) for name in ("url", "text")}
    return answer if answer["url"].startswith(SLACK_ANSWERS) else None


def _prepare(public_url: str, about: About, work: Work, payload: Payload) -> Task | None:
    delivery = queries.delivery(work, int(str(payload["delivery_id"])))
    if delivery is None:
        return None
    if sending.falls_with_carrier(work, delivery):
        _finish(work, delivery, Outcome(OutcomeState.FAILED, "the message that had it failed"))
        return None
    if not sending.begin_try(work, delivery):
        return None
    if delivery.contact is not None:
        config = notify.opened(work, delivery.contact)
    elif delivery.channel == MAIL:
        config = EmailConfig(address=delivery.address)
    else:
        _finish(work, delivery, Outcome(OutcomeState.FAILED, "the contact was removed"))
        return None
    message = _message(public_url, about, work, delivery)
    account = accounts.of_channel(work, delivery.channel)
    return Task(delivery.channel, config, message, account)


def _perform(outside: Outside, task: Task) -> Outcome:
    kill_point("oncall.sending")
    outcome = hand_over(outside)(task)
    kill_point("oncall.accepted")
    return outcome


def _record(public_url: str, about: About, work: Work, payload: Payload, outcome: Outcome) -> None:
    delivery = queries.delivery(work, int(str(payload["delivery_id"])))
    if delivery is None:
        return
    if outcome.kept:
        message = _message(public_url, about, work, delivery)
        person_id = delivery.page.person_id
        notify.keep(work, person_id, delivery.channel, delivery.address, message)
    _finish(work, delivery, outcome)


def _finish(work: Work, delivery: Delivery, outcome: Outcome) -> None:
    if not sending.end_try(work, delivery, outcome):
        service.give_up_on(work, delivery.page)


def _message(public_url: str, about: About, work: Work, delivery: Delivery) -> Message:
    carried = delivery_queries.carried_by(work, delivery)
    situation = about(work, delivery.page.escalation.ticket_id)
    return wording.message(work, public_url, delivery, situation, carried)
