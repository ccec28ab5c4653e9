"""Every verb on integrations: let a monitoring system in, change how it is read, renew its key."""

import secrets
from datetime import timedelta

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.monitoring import expiry, heartbeat, queries
from itsm.monitoring.events import IntegrationAdded, IntegrationEdited, IntegrationKeyRotated
from itsm.monitoring.inputs import BURST, RATE_PER_MINUTE, EditIntegration, NewIntegration
from itsm.monitoring.kinds import KINDS
from itsm.monitoring.models import Bucket, Integration

KEY_BYTES = 16
ROTATION = timedelta(hours=24)


def add_integration(work: Work, new: NewIntegration) -> tuple[Integration, str]:
    """Let a monitoring system in and return it with its key, which is stored as a hash alone.

    The key has 32 hexadecimal characters (128 random bits): tools with a PagerDuty output check
    that length. Raises Denied, or Invalid for a name in use or an unknown policy. Emits
    IntegrationAdded.
    """
    work.must(Permission.INTEGRATION_EDIT)
    key = secrets.token_hex(KEY_BYTES)
    integration = Integration(
        kind=new.kind,
        name=new.name,
        key_hash=work.vault.digest(key),
        default_severity=new.default_severity,
        severity_map={},
        mapping=None,
        policy_id=queries.policy_id(work, new.policy),
        rate_per_minute=RATE_PER_MINUTE,
        burst=BURST,
        created_at=work.now,
    )
    _must_be_free(work, new.name)
    work.add(integration)
    work.add(Bucket(integration_id=integration.id, tokens=BURST, filled_at=work.now))
    work.emit(IntegrationAdded(integration_id=integration.id, kind=new.kind, title=new.name))
    return integration, key


def edit(work: Work, integration: Integration, change: EditIntegration) -> None:
    """Change how an integration is read, ranked and limited.

    Raises Denied, or Invalid for a name in use, an unknown policy or a promise that it cannot
    keep. Emits IntegrationEdited unless nothing changes.
    """
    work.must(Permission.INTEGRATION_EDIT)
    given = change.model_dump(mode="json", exclude_unset=True)
    if change.mapping is not None:
        # Only what differs from "not set", so that later defaults reach it.
        given["mapping"] = change.mapping.model_dump(mode="json", exclude_defaults=True) or None
    _must_fit(work, integration, change)
    if "policy" in given:
        given["policy_id"] = queries.policy_id(work, given.pop("policy"))
    changed = tuple(name for name, value in given.items() if getattr(integration, name) != value)
    for name in changed:
        setattr(integration, name, given[name])
    if "default_severity" in changed and change.default_severity:
        integration.default_severity = change.default_severity
    if "stale_after" in changed:
        expiry.watch_on(work, integration)
    if {"expects_every", "enabled"} & set(changed):
        heartbeat.expect(work, integration)
    if changed:
        work.emit(IntegrationEdited(integration_id=integration.id, changed=changed))


def rotate_key(work: Work, integration: Integration) -> str:
    """Give an integration a new key and return it; the old one works for another 24 hours.

    Raises Denied. Emits IntegrationKeyRotated.
    """
    work.must(Permission.INTEGRATION_EDIT)
    key = secrets.token_hex(KEY_BYTES)
    integration.previous_hash = integration.key_hash
    integration.previous_until = work.now + ROTATION
    integration.key_hash = work.vault.digest(key)
    work.emit(
        IntegrationKeyRotated(
            integration_id=integration.id, previous_until=integration.previous_until
        )
    )
    return key


def address(base_url: str, integration: Integration, key: str) -> str:
    """Return where the integration posts to."""
    path = KINDS[integration.kind].path.format(kind=integration.kind, key=key)
    return f"{base_url}{path}"


def snippet(base_url: str, integration: Integration, key: str) -> str:
    """Return what to put into the source's configuration."""
    return KINDS[integration.kind].snippet.format(url=address(base_url, integration, key), key=key)


def _must_fit(work: Work, integration: Integration, change: EditIntegration) -> None:
    if change.expects_every is not None and integration.kind not in KINDS:
        raise Invalid("only what posts here can promise it", {"expects_every": "is for webhooks"})
    if change.name is not None and change.name != integration.name:
        _must_be_free(work, change.name)


def _must_be_free(work: Work, name: str) -> None:
    if queries.integration_named(work, name):
        raise Invalid("there is an integration of this name", {"name": "is in use"})
