"""Verbs on the ways in which people can be reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from pydantic import ValidationError
from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, Refused
from itsm.kernel.work import Work
from itsm.notify import queries
from itsm.notify.channel import C, Config, Message, Outcome, OutcomeState
from itsm.notify.channels import CHANNELS
from itsm.notify.events import (
    ContactAdded,
    ContactGone,
    ContactRemoved,
    ContactTested,
    QuietHoursChanged,
    RuleAdded,
    RuleRemoved,
)
from itsm.notify.models import (
    MOST_DELAY_MIN,
    ContactMethod,
    KeptMessage,
    NotificationRule,
    QuietHours,
    Reply,
)
from itsm.platform import outbox
from itsm.platform.outbox import Lane


@dataclass(frozen=True)
class Task:
    """One message to hand over to one channel."""

    channel: str
    config: Config
    message: Message
    account: Config | None = None


def add_contact(
    work: Work, person_id: int, channel: str, label: str, settings: Mapping[str, str]
) -> ContactMethod:
    """Add a way to reach a person, used by each page at once until rules say otherwise.

    Raises Invalid with what is wrong by field, Denied for somebody else's contacts. Emits
    ContactAdded.
    """
    if channel not in CHANNELS:
        raise Invalid("there is no such channel", {"channel": "unknown"})
    config: Config = understood(CHANNELS[channel].config, settings)
    contact = ContactMethod(
        person_id=person_id,
        channel=channel,
        medium=CHANNELS[channel].medium_of(config),
        label=label.strip()[:80] or CHANNELS[channel].label,
        address=CHANNELS[channel].address(config),
        config=work.vault.seal(config.model_dump_json()),
        created_at=work.now,
        rules=[NotificationRule(delay_min=0)],
    )
    work.must(Permission.CONTACT_EDIT, contact)
    work.add(contact)
    work.emit(ContactAdded(person_id=person_id, contact_id=contact.id, channel=channel))
    return contact


def remove_contact(work: Work, contact: ContactMethod) -> None:
    """Forget a contact and its rules. Raises Denied. Emits ContactRemoved."""
    work.must(Permission.CONTACT_EDIT, contact)
    work.session.delete(contact)
    work.emit(
        ContactRemoved(person_id=contact.person_id, contact_id=contact.id, channel=contact.channel)
    )


def add_rule(
    work: Work, contact: ContactMethod, delay_min: int, *, important: bool = False
) -> None:
    """Have each page that is important, or is not, use `contact` 0 to 120 min after it began.

    Raises Refused if it does so already, Invalid out of bounds, Denied. Emits RuleAdded.
    """
    work.must(Permission.CONTACT_EDIT, contact)
    if not 0 <= delay_min <= MOST_DELAY_MIN:
        raise Invalid("the delay is 0 to 120 minutes", {"delay_min": "0 to 120"})
    if any((rule.delay_min, rule.important) == (delay_min, important) for rule in contact.rules):
        raise Refused("this contact is used at that time already")
    contact.rules.append(NotificationRule(delay_min=delay_min, important=important))
    work.emit(
        RuleAdded(
            person_id=contact.person_id,
            contact_id=contact.id,
            delay_min=delay_min,
            important=important,
        )
    )


def remove_rule(work: Work, contact: ContactMethod, rule: NotificationRule) -> None:
    """Stop using `contact` at that time. Raises Denied. Emits RuleRemoved."""
    work.must(Permission.CONTACT_EDIT, contact)
    contact.rules.remove(rule)
    work.emit(
        RuleRemoved(
            person_id=contact.person_id,
            contact_id=contact.id,
            delay_min=rule.delay_min,
            important=rule.important,
        )
    )


def set_quiet_hours(work: Work, person_id: int, starts: str, ends: str) -> None:
    """Have pages that are not important wait from `starts` to `ends`, as HH:MM; both empty: never.

    Raises Invalid for what is no time, or the same twice; Denied. Emits QuietHoursChanged.
    """
    hours = queries.quiet_hours(work, person_id) or QuietHours(person_id=person_id)
    work.must(Permission.CONTACT_EDIT, hours)
    if starts or ends:
        hours.starts, hours.ends = _wall(starts, "starts"), _wall(ends, "ends")
        if hours.starts == hours.ends:
            raise Invalid("quiet hours end at another time", {"ends": "the same as the start"})
        work.add(hours)
    elif inspect(hours).persistent:
        work.session.delete(hours)
    work.emit(QuietHoursChanged(person_id=person_id, starts=starts, ends=ends))


def ask_for_test(work: Work, contact: ContactMethod) -> None:
    """Have a test message sent once this Work is committed. Raises Denied."""
    work.must(Permission.CONTACT_EDIT, contact)
    contact.outcome, contact.detail, contact.tried_at = None, "being sent", work.now
    outbox.put(
        work,
        "notify.test",
        {"contact_id": contact.id, "key": f"test-{contact.id}-{work.now:%Y%m%d%H%M%S}"},
        lane=Lane.PAGE,
    )


def opened(work: Work, contact: ContactMethod) -> Config:
    """Return the settings of a contact. Raises SecretUnreadable if no key fits."""
    config: type[Config] = CHANNELS[contact.channel].config
    return config.model_validate_json(work.vault.open(contact.config))


def note_outcome(work: Work, contact: ContactMethod, outcome: Outcome) -> None:
    """Write down on the contact what the latest message to it came to.

    Where the provider tells later what arrived, that it took a message has reached nobody yet.
    Emits ContactGone the first time that nothing can arrive any more.
    """
    contact.outcome, contact.detail, contact.tried_at = outcome.state, outcome.detail, work.now
    if outcome.state is OutcomeState.ACCEPTED:
        contact.gone_at = None
    if outcome.gone and contact.gone_at is None:
        contact.gone_at = work.now
        work.emit(
            ContactGone(
                person_id=contact.person_id,
                contact_id=contact.id,
                channel=contact.channel,
                detail=outcome.detail,
            )
        )
    if outcome.state is OutcomeState.ACCEPTED and not CHANNELS[contact.channel].receipts:
        contact.reached_at = work.now


def note_arrival(work: Work, contact: ContactMethod, detail: str, *, arrived: bool) -> None:
    """Write down on the contact what the provider tells later: that it arrived, or did not."""
    contact.outcome = OutcomeState.ACCEPTED if arrived else OutcomeState.FAILED
    contact.detail = detail
    if arrived:
        contact.reached_at = work.now


def note_reply(work: Work, phone: str, message_id: str) -> bool:
    """Keep that a reply came from a phone; False if the same one came before."""
    if queries.reply_came(work, message_id):
        return False
    work.add(Reply(message_id=message_id, phone=phone, at=work.now))
    return True


def report_test(work: Work, contact: ContactMethod, outcome: Outcome) -> None:
    """Write down what a test message came to. Emits ContactTested."""
    note_outcome(work, contact, outcome)
    work.emit(
        ContactTested(
            person_id=contact.person_id,
            contact_id=contact.id,
            state=outcome.state,
            detail=outcome.detail,
        )
    )


def keep(work: Work, person_id: int, channel: str, address: str, message: Message) -> None:
    """Keep a message in our own outbox instead of sending it; once for each `message.key`."""
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(KeptMessage).values(
        key=message.key,
        person_id=person_id,
        channel=channel,
        address=address,
        title=message.title[:400],
        body=message.body,
        link=work.vault.seal(message.link),
        at=work.now,
    )
    work.session.execute(statement.on_conflict_do_nothing(index_elements=["key"]))


def _wall(text: str, field: str) -> time:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as error:
        raise Invalid("this is no time of day", {field: "like 22:00"}) from error


def understood(config: type[C], settings: Mapping[str, str]) -> C:
    """Return the settings as `config` reads them. Raises Invalid with what is wrong by field."""
    try:
        return config.model_validate(dict(settings))
    except ValidationError as error:
        fields = {str(item["loc"][0]): _in_words(item["type"]) for item in error.errors()}
        raise Invalid("some fields are not right", fields) from error


def _in_words(kind: str) -> str:
    return {"missing": "is needed", "extra_forbidden": "is not a setting"}.get(
        kind, "does not look right"
    )
