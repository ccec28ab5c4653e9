"""Verbs on the instance's accounts at providers; what is secret in them lies sealed."""

from collections.abc import Mapping

from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.notify import queries, service
from itsm.notify.channel import Config
from itsm.notify.channels import CHANNELS
from itsm.notify.events import ProviderForgotten, ProviderSet
from itsm.notify.models import ProviderAccount
from itsm.notify.providers import CONFIGS, PROVIDERS, SlackAccount, TwilioAccount


def set_account(work: Work, kind: str, settings: Mapping[str, str]) -> None:
    """Use this account at a provider from now on.

    Raises NotFound for the provider, Invalid with what is wrong by field, Denied. Emits
    ProviderSet.
    """
    work.must(Permission.CONFIG_EDIT)
    if kind not in PROVIDERS:
        raise NotFound("there is no such provider")
    config = service.understood(PROVIDERS[kind].config, settings)
    row = queries.account(work, kind) or ProviderAccount(kind=kind)
    row.config, row.changed_at = work.vault.seal(config.model_dump_json()), work.now
    work.add(row)
    work.emit(ProviderSet(provider_id=row.id, provider=kind))


def forget_account(work: Work, kind: str) -> None:
    """Use a provider no more. Raises NotFound, Denied. Emits ProviderForgotten."""
    work.must(Permission.CONFIG_EDIT)
    row = queries.account(work, kind)
    if row is None or kind not in PROVIDERS:
        raise NotFound("there is no account at this provider")
    work.session.delete(row)
    work.emit(ProviderForgotten(provider_id=row.id, provider=kind))


def opened(work: Work, kind: str) -> Config | None:
    """Return the account at a provider, None where there is none."""
    row = queries.account(work, kind)
    if row is None:
        return None
    return CONFIGS[kind].model_validate_json(work.vault.open(row.config))


def of_channel(work: Work, channel: str) -> Config | None:
    """Return the account that a channel sends by, None where it needs none or has none."""
    kind = CHANNELS[channel].account
    return opened(work, kind) if kind else None


def twilio(work: Work) -> TwilioAccount | None:
    """Return the account at Twilio."""
    found = opened(work, "twilio")
    return found if isinstance(found, TwilioAccount) else None


def slack(work: Work) -> SlackAccount | None:
    """Return the app at Slack."""
    found = opened(work, "slack")
    return found if isinstance(found, SlackAccount) else None
