"""The doctor: whether the instance is set up and running as it should be, and what to do if not.

Higher floors hand in checks of their own, such as whether everybody on call can be reached.
"""

import ipaddress
import os
import shutil
import smtplib
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from redis.exceptions import RedisError
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Origin, Work
from itsm.platform import instance, lease, metrics, migrations, seals, wake
from itsm.platform.house import House
from itsm.platform.journal import JournalRow
from itsm.platform.outbox import JobState, OutboxRow
from itsm.platform.settings import Settings
from itsm.platform.timers import Timer

OLDEST = {"sqlite": (3, 40), "postgresql": (15, 0)}
CLOCK_LATE = timedelta(seconds=60)
LATE = timedelta(minutes=1)
TOO_LATE = timedelta(minutes=5)
SEAL_LATE = timedelta(minutes=15)
SKEW = timedelta(seconds=5)
MAIL_SECONDS = 2
LITTLE_SPACE = 1024**3
NO_SPACE = 200 * 1024**2


class Health(StrEnum):
    """How a check came out, best first."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, in one sentence, and what to do about it."""

    name: str
    state: Health
    sentence: str
    hint: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the finding as JSON."""
        return {
            "name": self.name,
            "state": self.state.value,
            "sentence": self.sentence,
            "hint": self.hint,
        }


Check = Callable[[Work], Iterable[Finding]]


def examine(work: Work, settings: Settings, more: Sequence[Check] = ()) -> list[Finding]:
    """Return what all checks find; `more` are those of higher floors."""
    findings = [*_database(work), *_surroundings(settings)]
    if all(finding.name != "migrations" or finding.state is Health.OK for finding in findings):
        checks = (_journal, _clock, _outbox, _timers, _time, _demo(settings), *more)
        findings += [finding for check in checks for finding in check(work)]
    return findings


def examine_house(house: House, more: Sequence[Check] = ()) -> list[Finding]:
    """Return the same for a process that has no Work yet; the database may be away."""
    try:
        with house.work(SYSTEM, Origin("doctor"), writes=False) as work:
            return examine(work, house.settings, more)
    except DBAPIError as error:
        away = Finding(
            "database",
            Health.FAIL,
            f"The database does not answer: {type(error.orig).__name__}.",
            "Check ITSM_DATABASE_URL, and that the server runs.",
        )
        return [away, *_surroundings(house.settings)]


def _database(work: Work) -> Iterator[Finding]:
    connection = work.session.connection()
    kind = connection.dialect.name
    version = connection.dialect.server_version_info or (0, 0)
    shown = f"{kind.replace('sqlite', 'SQLite').replace('postgresql', 'PostgreSQL')} "
    shown += ".".join(str(part) for part in version[:3])
    oldest = OLDEST[kind]
    if version[:2] < oldest:
        wanted = ".".join(map(str, oldest))
        yield Finding("database", Health.FAIL, f"{shown} is too old.", f"Use {wanted} or newer.")
    else:
        yield Finding("database", Health.OK, f"{shown} answers.")
    if migrations.is_current(connection):
        yield Finding("migrations", Health.OK, "The tables are those of this version.")
    else:
        yield Finding(
            "migrations", Health.FAIL, "The tables are of another version.", "Run itsm init."
        )


def _surroundings(settings: Settings) -> Iterator[Finding]:
    """Check what lies outside the database."""
    yield _secret_key(settings)
    yield _base_url(settings)
    yield _storage(settings)
    yield _space(settings)
    yield _queue(settings)
    yield _mail(settings)


def _secret_key(settings: Settings) -> Finding:
    path = settings.home / "secret.key"
    if not path.exists():
        return Finding("secret key", Health.OK, "The secret key comes from the settings.")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Finding(
            "secret key",
            Health.FAIL,
            f"Others on this machine may read the secret key (mode {mode:o}).",
            f"Run chmod 600 {path}.",
        )
    return Finding("secret key", Health.OK, "Only its owner may read the secret key.")


def _base_url(settings: Settings) -> Finding:
    url = urlsplit(settings.public_url)
    if _is_loopback(url.hostname or "") and not _is_loopback(settings.bind.rpartition(":")[0]):
        return Finding(
            "address",
            Health.WARN,
            f"Links lead to {settings.public_url}, which other machines cannot open.",
            "Set ITSM_BASE_URL to the address that people use.",
        )
    if url.scheme == "http" and not _is_loopback(url.hostname or ""):
        return Finding(
            "address",
            Health.WARN,
            f"{settings.public_url} is not encrypted.",
            "Put a proxy with a certificate in front, and https:// in ITSM_BASE_URL.",
        )
    return Finding("address", Health.OK, f"Links lead to {settings.public_url}.")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _storage(settings: Settings) -> Finding:
    if settings.home.is_dir() and os.access(settings.home, os.W_OK | os.X_OK):
        return Finding("storage", Health.OK, f"{settings.home} can be written.")
    return Finding(
        "storage",
        Health.FAIL,
        f"{settings.home} cannot be written.",
        "Give the account that runs the product the right to, or set ITSM_HOME.",
    )


def _space(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.home if settings.home.is_dir() else ".").free
    sentence = f"{free / 1024**3:.1f} GiB are free on the disk of {settings.home}."
    if free < NO_SPACE:
        return Finding("disk", Health.FAIL, sentence, "Make room before writes fail.")
    if free < LITTLE_SPACE:
        return Finding("disk", Health.WARN, sentence, "Make room soon.")
    return Finding("disk", Health.OK, sentence)


def _queue(settings: Settings) -> Finding:
    if not settings.redis_url:
        return Finding("queue", Health.OK, "The embedded queue is used; no Redis is set.")
    try:
        wake.queue(settings.redis_url).connection.ping()
    except RedisError as error:
        return Finding(
            "queue",
            Health.WARN,
            f"Redis does not answer ({type(error).__name__}); the clock does the jobs meanwhile.",
            "Check ITSM_REDIS_URL, and that the server runs.",
        )
    return Finding("queue", Health.OK, "Redis answers.")


def _mail(settings: Settings) -> Finding:
    server = urlsplit(settings.mail_url)
    if not server.hostname:
        hint = "Set ITSM_MAIL_URL to the server that takes your mail."
        return Finding("mail", Health.WARN, "No mail server is set up: no mail is sent.", hint)
    connect = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    try:
        with connect(server.hostname, server.port or 0, timeout=MAIL_SECONDS):
            pass
    except (OSError, smtplib.SMTPException) as error:
        return Finding(
            "mail",
            Health.FAIL,
            f"The mail server does not answer ({type(error).__name__}).",
            "Check ITSM_MAIL_URL, and that the server runs.",
        )
    if settings.mail_domain and not settings.smtp_bind:
        hint = "Set ITSM_SMTP_BIND, or leave ITSM_MAIL_DOMAIN away."
        return Finding("mail", Health.WARN, "Nothing listens for the replies to mail.", hint)
    return Finding("mail", Health.OK, "The mail server answers.")


def _journal(work: Work) -> Iterator[Finding]:
    last_sealed = select(func.coalesce(func.max(seals.Seal.last_id), 0)).scalar_subquery()
    oldest = work.session.scalar(
        select(JournalRow.at).where(JournalRow.id > last_sealed).order_by(JournalRow.id).limit(1)
    )
    if oldest is not None and work.now - oldest > SEAL_LATE:
        yield Finding(
            "journal",
            Health.WARN,
            f"Journal rows of {_ago(work, oldest)} ago are not sealed yet.",
            "The clock seals them: see whether it runs, and whether a transaction hangs.",
        )
    else:
        yield Finding("journal", Health.OK, "The journal is sealed up to the last minutes.")


def _clock(work: Work) -> Iterator[Finding]:
    beat = lease.last_beat(work, metrics.CLOCK)
    if beat is None:
        yield Finding("clock", Health.FAIL, "The clock has never run.", "Start itsm run or clock.")
    elif work.now - beat > CLOCK_LATE:
        yield Finding(
            "clock",
            Health.FAIL,
            f"The clock stands still since {_ago(work, beat)}: nobody is paged.",
            "Start itsm run, or itsm clock.",
        )
    else:
        yield Finding("clock", Health.OK, f"The clock beat {_ago(work, beat)} ago.")


def _outbox(work: Work) -> Iterator[Finding]:
    parked = work.session.scalar(
        select(func.count()).select_from(OutboxRow).where(OutboxRow.state == JobState.PARKED)
    )
    if parked:
        yield Finding(
            "parked jobs",
            Health.WARN,
            f"{parked} jobs failed for good and are parked.",
            "See why under Admin, Outbox, and do them again once it is mended.",
        )
    due = work.session.scalar(
        select(func.min(OutboxRow.due_at)).where(OutboxRow.state == JobState.PENDING)
    )
    yield _lateness(work, "outbox", "A job is", due, "Start itsm run, or more workers.")


def _timers(work: Work) -> Iterator[Finding]:
    due = work.session.scalar(select(func.min(Timer.due_at)))
    yield _lateness(work, "timers", "A timer is", due, "Start itsm run, or itsm clock.")


def _lateness(work: Work, name: str, thing: str, due: datetime | None, hint: str) -> Finding:
    if due is None or work.now - due < LATE:
        return Finding(name, Health.OK, "Nothing waits longer than it should.")
    state = Health.WARN if work.now - due < TOO_LATE else Health.FAIL
    return Finding(name, state, f"{thing} late by {_ago(work, due)}.", hint)


def _time(work: Work) -> Iterator[Finding]:
    """Compare this machine's time with the database server's."""
    if work.session.get_bind().dialect.name == "sqlite":
        return
    there: datetime = work.session.execute(text("SELECT clock_timestamp()")).scalar_one()
    # The Work's own time was taken before the transaction began.
    away = abs(there.astimezone(UTC) - work.now)
    if away > SKEW:
        yield Finding(
            "time",
            Health.WARN,
            f"This machine and the database server are {away.total_seconds():.0f} s apart.",
            "Synchronise both with a time server.",
        )
    else:
        yield Finding("time", Health.OK, "This machine and the database server agree on the time.")


def _demo(settings: Settings) -> Check:
    def check(work: Work) -> Iterator[Finding]:
        if instance.get(work, instance.DEMO) is not True:
            return
        if _is_loopback(settings.bind.rpartition(":")[0]):
            yield Finding("demo", Health.OK, "This is a demo instance, on this machine alone.")
        else:
            yield Finding(
                "demo",
                Health.FAIL,
                "This is a demo instance with known passwords, open to the network.",
                "Bind it to 127.0.0.1, or start an instance of your own.",
            )

    return check


def _ago(work: Work, at: datetime) -> str:
    seconds = int((work.now - at).total_seconds())
    if seconds < 120:  # noqa: PLR2004 - two minutes read better in seconds
        return f"{seconds} s"
    minutes = seconds // 60
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"  # noqa: PLR2004 - likewise
