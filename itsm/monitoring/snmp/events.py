"""What people decide about trap intake."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapSourceAdded(Event):
    """Devices in `networks` may send traps from now on."""

    name: ClassVar[str] = "trap_source.added"
    about: ClassVar[str] = "trap_source"
    trap_source_id: int
    title: str
    networks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapSourceEdited(Event):
    """What a source may do was changed; `changed` names the fields."""

    name: ClassVar[str] = "trap_source.edited"
    about: ClassVar[str] = "trap_source"
    trap_source_id: int
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapUserAdded(Event):
    """A v3 user may send traps from now on."""

    name: ClassVar[str] = "trap_user.added"
    about: ClassVar[str] = "trap_user"
    trap_user_id: int
    title: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapUserRemoved(Event):
    """A v3 user may not send any more."""

    name: ClassVar[str] = "trap_user.removed"
    about: ClassVar[str] = "trap_user"
    trap_user_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapEngineDecided(Event):
    """A v3 engine was approved or refused."""

    name: ClassVar[str] = "trap_engine.decided"
    about: ClassVar[str] = "trap_engine"
    trap_engine_id: int
    engine_id: str
    state: str
    host: str
    ci: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapRuleSaved(Event):
    """A trap rule was made or changed."""

    name: ClassVar[str] = "trap_rule.saved"
    about: ClassVar[str] = "trap_rule"
    trap_rule_id: int
    title: str
    oid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapRuleRemoved(Event):
    """A trap rule is no more."""

    name: ClassVar[str] = "trap_rule.removed"
    about: ClassVar[str] = "trap_rule"
    trap_rule_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MibUploaded(Event):
    """The text of a MIB module was handed in, for the first time or anew."""

    name: ClassVar[str] = "mib.uploaded"
    about: ClassVar[str] = "mib"
    mib_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MibCompiled(Event):
    """A MIB module was turned into names."""

    name: ClassVar[str] = "mib.compiled"
    about: ClassVar[str] = "mib"
    mib_id: int
    title: str
    names: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MibRemoved(Event):
    """A MIB module and its names are no more."""

    name: ClassVar[str] = "mib.removed"
    about: ClassVar[str] = "mib"
    mib_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapUserEdited(Event):
    """What a v3 user may do was changed: engines were approved, or learning turned on or off."""

    name: ClassVar[str] = "trap_user.edited"
    about: ClassVar[str] = "trap_user"
    trap_user_id: int
    title: str
    learn: bool
    engine_ids: tuple[str, ...]
