"""What persons may say about integrations; shared by forms, the command line and the API."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from itsm.monitoring.kinds import KINDS
from itsm.monitoring.mapping import Mapping, Word
from itsm.monitoring.severity import CLEAR_WORDS
from itsm.monitoring.signal import Severity

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Minutes = Annotated[int, Field(ge=1, le=525_600)]
# Generous, so that a storm is recorded rather than turned away.
RATE_PER_MINUTE = 120_000
BURST = 20_000


class NewIntegration(BaseModel):
    """A monitoring system that is to be let in."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    name: Name
    default_severity: Severity = Severity.MEDIUM
    policy: str | None = None
    """Name of the escalation policy for what it opens; None means the instance's own."""

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in KINDS:
            raise ValueError(f"must be one of {', '.join(sorted(KINDS))}")
        return kind


class Silence(BaseModel):
    """How long alerts are to be kept quiet, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    until: AwareDatetime = Field(description="at most 30 days from now")
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
    until_recovery: bool = Field(default=False, description="ends with the recovery, if earlier")


class EditIntegration(BaseModel):
    """What may be changed later; fields that are not set stay as they are."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    default_severity: Severity | None = None
    severity_map: Annotated[dict[Word, Word], Field(max_length=60)] | None = None
    """The source's words, each to a level, or to "ok" where the word means recovery."""
    policy: str | None = None
    """Name of the escalation policy; empty means the instance's own."""
    rate_per_minute: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    burst: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    stale_after: Minutes | None = None
    """Minutes without news after which its alerts count as over; None means never."""
    storm_after: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Incidents within 5 minutes after which one more is a storm; None means that none ever is."""
    expects_every: Minutes | None = None
    """Minutes within which it promises a message; None means that its silence means nothing."""
    enabled: bool | None = None
    verify_signature: bool | None = None
    """Whether only messages count that Amazon SNS has signed."""
    mapping: Mapping | None = None

    @field_validator("severity_map")
    @classmethod
    def _levels(cls, words: dict[str, str] | None) -> dict[str, str] | None:
        for word, level in (words or {}).items():
            if level not in {*Severity, *CLEAR_WORDS}:
                raise ValueError(f"'{word}' must lead to {', '.join(Severity)} or ok")
        return words
