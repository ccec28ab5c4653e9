"""Apprise behind one function: four providers, no exception, an honest outcome."""

from apprise.plugins.base import NotifyBase
from apprise.plugins.ntfy import NotifyNtfy
from apprise.plugins.pushover import NotifyPushover
from apprise.plugins.telegram import NotifyTelegram
from apprise.plugins.twilio import NotifyTwilio

from itsm.notify.channel import Message, Outcome, OutcomeState

# Each speaks to a host that the provider owns, never to one that a user names. Taken one by one:
# Apprise's own look-up by address loads all of its 170 plug-ins, which takes seconds.
ALLOWED: dict[str, type[NotifyBase]] = {
    "ntfys": NotifyNtfy,
    "pover": NotifyPushover,
    "tgram": NotifyTelegram,
    "twilio": NotifyTwilio,
}


def send(address: str, message: Message) -> Outcome:
    """Send `message` to an Apprise address whose schema is allowed, within 8 s (4 s twice)."""
    service = opened(address)
    if service is None:
        return Outcome(OutcomeState.FAILED, "this address is not allowed or not complete")
    try:
        accepted = service.notify(body=message.text, title=message.title)
    except (OSError, TypeError, ValueError) as error:
        return Outcome(OutcomeState.FAILED, type(error).__name__)
    if accepted:
        return Outcome(OutcomeState.ACCEPTED, f"{service.service_name} accepted it")
    return Outcome(OutcomeState.FAILED, f"{service.service_name} refused it or did not answer")


def opened(address: str) -> NotifyBase | None:
    """Return the service that an address stands for, None if it is not allowed or not right."""
    plugin = ALLOWED.get(address.partition("://")[0])
    if plugin is None:
        return None
    try:
        return plugin(**(plugin.parse_url(address) or {}))
    except TypeError:
        return None
