"""Verbs on browsers that show notifications, and on the key by which push services know us."""

from collections.abc import Mapping

from sqlalchemy.dialects import postgresql, sqlite

from itsm.kernel.errors import Refused
from itsm.kernel.work import Work
from itsm.notify import accounts, push_message, queries, service
from itsm.notify.channel import WEB_PUSH
from itsm.notify.channels.webpush import WebPushConfig
from itsm.notify.events import PushKeyMade
from itsm.notify.models import ContactMethod, ProviderAccount
from itsm.notify.providers import PushKey


class Stale(Refused):
    """The browser handed over a subscription that is known to be dead."""


def public_key(work: Work) -> str:
    """Return the public half of the instance's key, in base64url; the key is made once.

    Emits PushKeyMade then.
    """
    found = accounts.opened(work, WEB_PUSH)
    if found is None:
        _make_key(work)
        found = accounts.opened(work, WEB_PUSH)
    if not isinstance(found, PushKey):
        raise Refused("there is no key for web push")
    return push_message.packed(push_message.point_of(push_message.private_key(found.private)))


def add_browser(work: Work, label: str, settings: Mapping[str, str]) -> ContactMethod:
    """Add a browser as a way to reach the actor.

    Raises Refused if it is one already, Stale if what it hands over is dead, Invalid, Denied.
    Emits ContactAdded.
    """
    person_id = work.actor.id
    if person_id is None:
        raise Refused("only a person has contacts")
    config = service.understood(WebPushConfig, settings)
    for contact in queries.contacts_of(work, person_id):
        if contact.channel != WEB_PUSH or service.opened(work, contact) != config:
            continue
        if contact.gone_at is not None:
            raise Stale("this subscription of the browser has ended")
        raise Refused("this browser is set up already")
    return service.add_contact(work, person_id, WEB_PUSH, label, settings)


def _make_key(work: Work) -> None:
    """Keep a new key, unless another request has just done so."""
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    config = PushKey(private=push_message.new_key())
    statement = (
        dialect.insert(ProviderAccount)
        .values(
            kind=WEB_PUSH,
            config=work.vault.seal(config.model_dump_json()),
            changed_at=work.now,
        )
        .on_conflict_do_nothing(index_elements=["kind"])
        .returning(ProviderAccount.id)
    )
    made = work.session.scalar(statement)
    if made is not None:
        work.emit(PushKeyMade(provider_id=made))
