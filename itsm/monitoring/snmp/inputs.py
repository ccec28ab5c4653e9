"""What the commands of trap intake take; texts with one item a line may stand for lists."""

import re
from ipaddress import ip_network
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from itsm.monitoring.severity import CLEAR_WORDS
from itsm.monitoring.signal import Severity
from itsm.monitoring.snmp import names
from itsm.monitoring.snmp.ciphers import Auth, Privacy
from itsm.monitoring.snmp.rules import Test
from itsm.monitoring.snmp.usm import Level

PASSPHRASE_LENGTH = 8
MAX_ITEMS = 200
NO_OID = "is neither a dotted object identifier nor a name that we know"
_ENGINE_ID = re.compile(r"[0-9a-f]{10,64}")
_NAME = re.compile(r"(?:[A-Za-z][\w-]{0,119}::)?[A-Za-z][\w-]{0,119}", re.ASCII)


class Input(BaseModel):
    """Base: what is unknown is refused, and texts lose the blanks around them."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


def _lines(value: object) -> object:
    if not isinstance(value, str):
        return value
    return [line.strip() for line in value.splitlines() if line.strip()]


def _words(value: object) -> object:
    return re.split(r"[\s,;]+", value.strip()) if isinstance(value, str) else value


def _network(value: str) -> str:
    try:
        return str(ip_network(value, strict=False))
    except ValueError:
        message = f"{value[:60]!r} is not an address or a network such as 10.20.0.0/16"
        raise ValueError(message) from None


def _engine_id(value: str) -> str:
    plain = value.lower().removeprefix("0x").replace(":", "")
    if not _ENGINE_ID.fullmatch(plain) or len(plain) % 2:
        message = f"{value[:70]!r} is not an engine id of 5 to 32 bytes in hex"
        raise ValueError(message)
    return plain


def _oid(value: str) -> str:
    """Return the numbers of what we ship; the name of an uploaded MIB is looked up by the verb."""
    oid = names.numeric(value)
    if oid is None and not _NAME.fullmatch(value):
        raise ValueError(NO_OID)
    return oid or value


Networks = Annotated[
    tuple[Annotated[str, AfterValidator(_network)], ...],
    BeforeValidator(_words),
    Field(min_length=1, max_length=MAX_ITEMS),
]
EngineIds = Annotated[
    tuple[Annotated[str, AfterValidator(_engine_id)], ...],
    BeforeValidator(lambda value: [] if value == "" else _words(value)),
    Field(max_length=5000),
]
Oid = Annotated[str, Field(max_length=600), AfterValidator(_oid)]
Template = Annotated[str, Field(min_length=1, max_length=400)]


class NewSource(Input):
    """Devices that may send. Without a community only the v3 users of the source may."""

    name: str = Field(min_length=1, max_length=120)
    integration_id: Annotated[int | None, BeforeValidator(lambda value: value or None)] = None
    """None makes an integration of the source's own name."""
    networks: Networks
    community: str = Field(default="", max_length=255)
    group: str = Field(default="", max_length=40)
    trusted: bool = False


class EditedSource(Input):
    """A source as it is to be; an empty community leaves the one there is."""

    networks: Networks
    community: str = Field(default="", max_length=255)
    group: str = Field(default="", max_length=40)
    trusted: bool = False
    enabled: bool = False


class NewUser(Input):
    """A v3 user with the passphrases for its level, and the engines it may send from."""

    name: str = Field(min_length=1, max_length=32)
    source_id: int
    level: Level = Level.PRIV
    auth: Auth = Auth.SHA256
    auth_passphrase: str = Field(default="", max_length=255)
    privacy: Privacy = Privacy.AES128
    privacy_passphrase: str = Field(default="", max_length=255)
    engines: EngineIds = ()
    learn: bool = False

    @model_validator(mode="after")
    def _what_is_learned_is_proven(self) -> Self:
        if self.learn and self.level is Level.NONE:
            message = "without authentication an engine proves nothing: enter its id"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _passphrases_fit_the_level(self) -> Self:
        needed = {"authentication": self.auth_passphrase, "privacy": self.privacy_passphrase}
        for kind in list(needed)[: self.level.rank]:
            if len(needed[kind]) < PASSPHRASE_LENGTH:
                message = f"the {kind} passphrase needs {PASSPHRASE_LENGTH} characters or more"
                raise ValueError(message)
        return self


class EditedUser(Input):
    """A v3 user as it is to be; `engines` are approved and added to those there are."""

    engines: EngineIds = ()
    learn: bool = False


class ConditionInput(Input):
    """One question to one field; written as `ifAdminStatus equals up`."""

    field: str = Field(min_length=1, max_length=200)
    test: Test
    value: str = Field(default="", max_length=200)


def _conditions(value: object) -> object:
    lines = _lines(value)
    if not isinstance(lines, list) or lines == value:
        return value
    return [_condition(line) for line in lines]


def _condition(line: str) -> dict[str, str]:
    field, _, rest = line.partition(" ")
    test, _, value = rest.strip().partition(" ")
    return {"field": field, "test": test, "value": value}


def _pairs(value: object) -> object:
    lines = _lines(value)
    if not isinstance(lines, list):
        return value
    parts = (line.partition("=") for line in lines)
    return {word.strip().casefold(): level.strip().lower() for word, _, level in parts}


def _level_word(value: str) -> str:
    if value not in CLEAR_WORDS and value not in set(Severity):
        message = f"{value[:40]!r} is neither a severity nor ok"
        raise ValueError(message)
    return value


class RuleInput(Input):
    """A trap rule. `severity` None takes the level from `severity_field` and `severity_map`."""

    name: str = Field(min_length=1, max_length=120)
    oid: Oid
    prefix: bool = False
    group: str = Field(default="", max_length=40)
    conditions: Annotated[
        tuple[ConditionInput, ...], BeforeValidator(_conditions), Field(max_length=20)
    ] = ()
    raises: bool = True
    severity: Annotated[Severity | None, BeforeValidator(lambda value: value or None)] = None
    severity_field: str = Field(default="", max_length=200)
    severity_map: Annotated[
        dict[str, Annotated[str, AfterValidator(_level_word)]],
        BeforeValidator(_pairs),
        Field(max_length=MAX_ITEMS),
    ] = Field(default_factory=dict)
    title: Template = "{trap} from {agent}"
    body: str = Field(default="", max_length=4000)
    key: Template = "{oid}"
    clears: Annotated[tuple[Template, ...], BeforeValidator(_lines), Field(max_length=20)] = ()
    hold_s: int = Field(default=0, ge=0, le=3600)

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not self.raises and not self.clears:
            message = "a rule has to raise a problem, clear one, or both"
            raise ValueError(message)
        if self.raises and self.severity is None and not self.severity_field:
            message = "choose a severity, or the field that it comes from"
            raise ValueError(message)
        return self
