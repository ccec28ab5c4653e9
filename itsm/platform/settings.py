"""Settings: one frozen object, read once at start; what is unknown or malformed stops the start."""

import os
import secrets
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

PREFIX = "ITSM_"
HIGHEST_PORT = 65_535
# These say where settings come from, or switch a test hook; they are no settings.
NOT_SETTINGS = frozenset({"CONFIG", "KILL_AT"})


class SettingsError(Exception):
    """A setting is unknown or malformed; the message is one line for the operator."""


def _address(value: str) -> str:
    host, separator, port = value.rpartition(":")
    if not (separator and host and port.isdigit() and int(port) <= HIGHEST_PORT):
        message = "must be host:port, such as 127.0.0.1:8000"
        raise ValueError(message)
    return value


def _address_or_off(value: str) -> str:
    return _address(value) if value else value


def _web_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        message = "must be a web address, such as https://desk.example.org"
        raise ValueError(message)
    return value.rstrip("/")


def _mail_url(value: str) -> str:
    parts = urlsplit(value)
    try:
        known = parts.scheme in {"smtp", "smtps"} and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if value and not known:
        message = "must be smtp://host:port or smtps://host:port, with user:password@ if need be"
        raise ValueError(message)
    return value


Address = Annotated[str, AfterValidator(_address)]
OptionalAddress = Annotated[str, AfterValidator(_address_or_off)]
MailDomain = Annotated[str, Field(pattern=r"^$|^[A-Za-z0-9]([A-Za-z0-9.-]{0,180}[A-Za-z0-9])?$")]
MailUrl = Annotated[str, AfterValidator(_mail_url)]
WebUrl = Annotated[str, AfterValidator(_web_url)]


class Settings(BaseModel):
    """Everything that an operator can set. Names are those of the environment, less `ITSM_`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Path("var")
    database_url: str = ""
    redis_url: str = Field(default="", pattern=r"^$|^(redis|rediss|unix)://")
    bind: Address = "127.0.0.1:8000"
    trap_bind: Address = "127.0.0.1:16200"
    smtp_bind: OptionalAddress = "127.0.0.1:2525"
    base_url: WebUrl | Literal[""] = ""
    secret_key: str = ""
    mail_domain: MailDomain = ""
    mail_url: MailUrl = ""
    storage_url: str = ""
    log_format: Literal["text", "json", ""] = ""
    web_workers: int = Field(default=0, ge=0, le=64)
    web_threads: int = Field(default=4, ge=1, le=64)
    allow_networks: str = ""
    demo: bool = False

    @property
    def database(self) -> str:
        """The SQLAlchemy URL; a SQLite file in `home` unless one is set."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'itsm.sqlite3'}"

    @property
    def public_url(self) -> str:
        """The address used in links that leave the product, without a slash at the end."""
        return self.base_url or f"http://{self.bind}"

    @property
    def logs(self) -> Literal["text", "json"]:
        """The log format: text on a terminal, else JSON, unless one is set."""
        return self.log_format or ("text" if sys.stderr.isatty() else "json")

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The signing and encryption roots, newest first."""
        return tuple(part for part in self.secret_key.split(",") if part)


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings from the environment over the file that ITSM_CONFIG names.

    Raises SettingsError, in one line, for what is unknown or malformed.
    """
    environ = os.environ if environment is None else environment
    values = _from_file(environ.get(PREFIX + "CONFIG", "")) | _from_environment(environ)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_one_line(error)) from error


def with_key(settings: Settings) -> Settings:
    """Return `settings` with a secret key, the one set or the one kept in `home`; `home` is made.

    Makes and keeps a new one, readable by its owner alone, when there is none yet.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    if settings.secret_keys:
        return settings
    path = settings.home / "secret.key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return settings.model_copy(update={"secret_key": path.read_text().strip()})
    key = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return settings.model_copy(update={"secret_key": key})


def _from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    names = (name.removeprefix(PREFIX) for name in environ if name.startswith(PREFIX))
    return {name.lower(): environ[PREFIX + name] for name in names if name not in NOT_SETTINGS}


def _from_file(path: str) -> dict[str, object]:
    if not path:
        return {}
    try:
        return tomllib.loads(Path(path).read_text())
    except OSError as error:
        raise SettingsError(f"ITSM_CONFIG: cannot read {path}: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"ITSM_CONFIG: {path} is not TOML: {error}") from error


def _one_line(error: ValidationError) -> str:
    first = error.errors()[0]
    name = PREFIX + str(first["loc"][0]).upper()
    if first["type"] == "extra_forbidden":
        return f"{name} is not a setting"
    return f"{name}: {first['msg'].removeprefix('Value error, ')}"
