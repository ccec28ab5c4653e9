"""Apprise behind one function: allow-listed schemas, no exception, an honest outcome."""

import apprise

from itsm.notify.channel import Message, Outcome, OutcomeState

# Each of these speaks to a host that the provider owns, never to one that a user names.
ALLOWED = frozenset({"slack", "ntfys", "pover", "tgram", "twilio"})


def send(url: str, message: Message) -> Outcome:
    """Send `message` to an Apprise address whose schema is allowed, within 8 s (4 s twice)."""
    if url.partition("://")[0] not in ALLOWED:
        return Outcome(OutcomeState.FAILED, "this kind of address is not allowed")
    service = apprise.Apprise.instantiate(url)
    if not isinstance(service, apprise.NotifyBase):
        return Outcome(OutcomeState.FAILED, "the address is not complete")
    try:
        accepted = service.notify(body=message.text, title=message.title)
    except (OSError, TypeError, ValueError) as error:
        return Outcome(OutcomeState.FAILED, type(error).__name__)
    if accepted:
        return Outcome(OutcomeState.ACCEPTED, f"{service.service_name} accepted it")
    return Outcome(OutcomeState.FAILED, f"{service.service_name} refused it or did not answer")
