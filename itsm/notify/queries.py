"""Every SELECT of notification."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, NotFound
from itsm.kernel.paging import Page, clamp, decode, encode
from itsm.kernel.work import Work
from itsm.notify.models import (
    ContactMethod,
    KeptMessage,
    NotificationRule,
    ProviderAccount,
    QuietHours,
    Reply,
)
from itsm.people.models import Person

MAIL = "email"
# Channels whose address is a phone that can answer.
PHONES = ("sms", "voice")
MOST_ID = 2**63


@dataclass(frozen=True)
class Way:
    """One way to reach a person, so many minutes after the page began."""

    contact_id: int | None
    channel: str
    medium: str
    address: str
    delay_min: int
    important: bool = False


def contacts_of(work: Work, person_id: int) -> Sequence[ContactMethod]:
    """Return a person's contacts with their rules, oldest first."""
    query = (
        select(ContactMethod)
        .where(ContactMethod.person_id == person_id)
        .options(selectinload(ContactMethod.rules))
        .order_by(ContactMethod.id)
    )
    return work.session.scalars(query).all()


def contact(work: Work, contact_id: int) -> ContactMethod:
    """Return a contact that the actor may edit. Raises NotFound for every other one."""
    query = (
        select(ContactMethod)
        .where(ContactMethod.id == contact_id)
        .options(selectinload(ContactMethod.rules))
    )
    found = work.session.scalar(query)
    if found is None or not work.can(Permission.CONTACT_EDIT, found):
        raise NotFound("there is no such contact")
    return found


def any_contact(work: Work, contact_id: int) -> ContactMethod | None:
    """Return a contact, whoever's it is: for a provider that has proved who it is."""
    return work.session.get(ContactMethod, contact_id)


def rule(work: Work, rule_id: int) -> tuple[ContactMethod, NotificationRule]:
    """Return a rule with its contact. Raises NotFound unless the actor may edit them."""
    found = work.session.get(NotificationRule, rule_id)
    if found is None:
        raise NotFound("there is no such rule")
    return contact(work, found.contact_id), found


def ways(work: Work, person_ids: Sequence[int]) -> dict[int, list[Way]]:
    """Return for each active person of `person_ids` how to reach them, soonest first.

    Contacts that are gone are passed over. Without a rule that is left a person is reached by mail
    at once, where an address is known. Whoever is inactive or cannot be reached at all is left out.
    """
    found: dict[int, list[Way]] = {}
    for person_id, way in _ways_by_rule(work, person_ids):
        found.setdefault(person_id, []).append(way)
    missing = [person_id for person_id in person_ids if person_id not in found]
    return found | {key: [way] for key, way in _ways_by_mail(work, missing)}


def for_page(ways: Sequence[Way], *, important: bool) -> Sequence[Way]:
    """Return those of a person's ways that a page uses: by the rules for it, else by the others."""
    return [way for way in ways if way.important is important] or ways


def account(work: Work, kind: str) -> ProviderAccount | None:
    """Return the instance's account at a provider, its settings sealed."""
    return work.session.scalar(select(ProviderAccount).where(ProviderAccount.kind == kind))


def accounts(work: Work) -> dict[str, ProviderAccount]:
    """Return the accounts at providers by their kind."""
    return {row.kind: row for row in work.session.scalars(select(ProviderAccount))}


def people_behind(work: Work, phone: str) -> Sequence[int]:
    """Return whose contact a phone is, always in the same order."""
    query = select(ContactMethod.person_id).where(
        ContactMethod.address == phone, ContactMethod.channel.in_(PHONES)
    )
    return work.session.scalars(query.distinct().order_by(ContactMethod.person_id)).all()


def replies_since(work: Work, phone: str, since: datetime) -> int:
    """Return how many replies came from a phone."""
    query = select(func.count()).where(Reply.phone == phone, Reply.at > since)
    return work.session.scalar(query) or 0


def reply_came(work: Work, message_id: str) -> bool:
    """Tell whether the provider has handed over this reply before."""
    query = select(Reply.id).where(Reply.message_id == message_id)
    return work.session.scalar(query) is not None


def quiet_hours(work: Work, person_id: int) -> QuietHours | None:
    """Return when pages to a person wait that are not important."""
    return work.session.get(QuietHours, person_id)


def _ways_by_rule(work: Work, person_ids: Sequence[int]) -> list[tuple[int, Way]]:
    query = (
        select(ContactMethod, NotificationRule)
        .join(NotificationRule, NotificationRule.contact_id == ContactMethod.id)
        .join(Person, Person.id == ContactMethod.person_id)
        .where(ContactMethod.person_id.in_(person_ids), Person.active)
        .where(ContactMethod.gone_at.is_(None))
        .order_by(NotificationRule.delay_min, NotificationRule.id)
    )
    return [(found.person_id, _way(found, rule)) for found, rule in work.session.execute(query)]


def _way(contact: ContactMethod, rule: NotificationRule) -> Way:
    return Way(
        contact_id=contact.id,
        channel=contact.channel,
        medium=contact.medium,
        address=contact.address,
        delay_min=rule.delay_min,
        important=rule.important,
    )


def _ways_by_mail(work: Work, person_ids: Sequence[int]) -> list[tuple[int, Way]]:
    query = select(Person.id, Person.email).where(
        Person.id.in_(person_ids), Person.active, Person.email != ""
    )
    return [(key, Way(None, MAIL, MAIL, email, 0)) for key, email in work.session.execute(query)]


def last_id(cursor: str) -> int:
    """Return the row id that a list's cursor holds. Raises Invalid if it holds none."""
    (found,) = decode(cursor, 1)
    if not isinstance(found, int) or not 0 < found < MOST_ID:
        raise Invalid("the cursor is not one of ours", {"cursor": "unreadable"})
    return found


def kept(work: Work, *, cursor: str | None = None, limit: int | None = None) -> Page[KeptMessage]:
    """Return the messages that were kept, newest first: the actor's own, or all to operators."""
    query = select(KeptMessage).options(joinedload(KeptMessage.person))
    if not work.can(Permission.OUTBOX_READ):
        query = query.where(KeptMessage.person_id == work.actor.id)
    if cursor:
        query = query.where(KeptMessage.id < last_id(cursor))
    size = clamp(limit)
    rows = work.session.scalars(query.order_by(KeptMessage.id.desc()).limit(size + 1)).all()
    more = encode([rows[size - 1].id]) if len(rows) > size else None
    return Page(rows[:size], more)
