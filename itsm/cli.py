"""The command line: `itsm`. Each command opens one Work and calls one verb.

A user's mistake gets one line on standard error and exit status 1; wrong usage exits with 2.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, TypeVar

import click
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from itsm import __version__, demo
from itsm.app import create_app, house_of
from itsm.assets import imports
from itsm.assets.filters import Filters as CiFilters
from itsm.desk import queries as desks
from itsm.flows.checks import CHECKS
from itsm.init import initialise
from itsm.kernel.access import SYSTEM
from itsm.kernel.errors import DomainError
from itsm.kernel.work import Origin, Work
from itsm.mail import receiver as mail
from itsm.monitoring import integrations
from itsm.monitoring.inputs import NewIntegration
from itsm.monitoring.snmp import receiver
from itsm.oncall import board
from itsm.people import first_run, queries, service
from itsm.people.inputs import NewPerson
from itsm.people.models import TokenScope
from itsm.platform import doctor, logs, metrics, seals, secrets
from itsm.platform.database import db
from itsm.platform.doctor import Health
from itsm.platform.house import House
from itsm.platform.settings import Settings, SettingsError, load
from itsm.processes import clock, web, worker
from itsm.processes.supervisor import Role, Supervisor

T = TypeVar("T")
ORIGIN = Origin("cli")
DEMO_HOME = Path("var/demo")


def main() -> NoReturn:
    """Run the command line; the entry point of the console script."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(1)
    except (DomainError, SettingsError, ValidationError, OperationalError, OSError) as error:
        click.echo(f"itsm: {_one_line(error)}", err=True)
        sys.exit(1)
    sys.exit(0)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="itsm")
def cli() -> None:
    """Run and manage the IT service desk."""


@cli.command()
def run() -> None:
    """Run every process that one machine needs, under one supervisor."""
    house = _house()
    initialise(house)
    _announce_first_run(house)
    sys.exit(Supervisor(_all_roles(house)).run())


@cli.command("web")
def web_process() -> None:
    """Serve the pages, the API and the webhooks."""
    house = _house()
    _announce_first_run(house)
    _before_forking(house)
    sys.exit(web.run(house))


@cli.command("worker")
def worker_process() -> None:
    """Do what the outbox holds."""
    sys.exit(worker.run(_house()))


@cli.command("clock")
def clock_process() -> None:
    """Fire timers; of many clocks one leads."""
    sys.exit(clock.run(_house()))


@cli.command("traps")
def traps_process() -> None:
    """Receive SNMP traps and informs."""
    house = _house()
    sys.exit(receiver.run(house, house.settings.trap_bind))


@cli.command("mail")
def mail_process() -> None:
    """Receive mail by SMTP."""
    house = _house()
    if not house.settings.smtp_bind:
        raise click.ClickException("ITSM_SMTP_BIND is empty: no mail is received")
    sys.exit(mail.run(house, house.settings.smtp_bind))


@cli.command("init")
def init_database() -> None:
    """Create or migrate the database; safe to run twice, and at once from two hosts."""
    initialise(_house())
    click.echo("The database is ready.")


@cli.command("demo")
def run_demo() -> None:
    """Run a demo instance with sample data, in var/demo unless ITSM_HOME is set."""
    settings = load()
    if "ITSM_HOME" not in os.environ:
        settings = settings.model_copy(update={"home": DEMO_HOME})
    house = _house(settings)
    initialise(house)
    made = demo.load(house)
    click.echo(demo.welcome(house, made))
    sys.exit(Supervisor(_all_roles(house)).run())


@cli.group()
def user() -> None:
    """Manage accounts."""


@user.command("add")
@click.argument("name")
@click.option("--role", required=True, help="a role's key, such as admin, agent or requester")
@click.option("--full-name", default="", help="as it is shown; the user name if left out")
@click.option("--email", default="")
@click.option("--password-stdin", is_flag=True, help="read the password from standard input")
def add_user(name: str, role: str, full_name: str, email: str, *, password_stdin: bool) -> None:
    """Add an account with a role, on the first desk."""

    def verb(work: Work) -> None:
        new = NewPerson(username=name, name=full_name or name, email=email)
        person = service.create(work, new)
        service.grant_role(work, person, role, desk_id=desks.desk(work, "").id)
        if password_stdin:
            service.set_password(work, person, sys.stdin.readline().rstrip("\n"))

    _do(verb)
    click.echo(f"Added {name} as {role}.")


@user.command("grant")
@click.argument("name")
@click.option("--role", required=True, help="a role's key, such as agent or confidential")
@click.option("--desk", default="", help="the desk's key; the first desk if left out")
def grant_role(name: str, role: str, desk: str) -> None:
    """Give an account one more role, on a desk."""

    def verb(work: Work) -> None:
        person = queries.person(work, name)
        service.grant_role(work, person, role, desk_id=desks.desk(work, desk).id)

    _do(verb)
    click.echo(f"{name} is {role} now.")


@cli.group()
def token() -> None:
    """Manage API tokens."""


@token.command("add")
@click.option("--user", "owner", required=True)
@click.option("--scope", required=True, type=click.Choice([scope.value for scope in TokenScope]))
@click.option("--name", default="command line")
@click.option("--json", "as_json", is_flag=True)
def add_token(owner: str, scope: str, name: str, *, as_json: bool) -> None:
    """Make an API token; it is shown this once and ends in 90 days."""

    def verb(work: Work) -> str:
        person = queries.person(work, owner)
        return service.issue_token(work, person, name, TokenScope(scope))[1]

    text = _do(verb)
    click.echo(json.dumps({"token": text}) if as_json else text)


@cli.group()
def integration() -> None:
    """Manage monitoring integrations."""


@integration.command("add")
@click.argument("kind")
@click.argument("name")
@click.option("--policy", default=None, help="the escalation policy's name; the instance's own")
@click.option("--json", "as_json", is_flag=True)
def add_integration(kind: str, name: str, policy: str | None, *, as_json: bool) -> None:
    """Let a monitoring system in, and print where it is to post and its key."""
    house = _house()

    def verb(work: Work) -> dict[str, str]:
        new = NewIntegration(kind=kind, name=name, policy=policy)
        added, key = integrations.add_integration(work, new)
        url = integrations.address(house.settings.public_url, added, key)
        return {"kind": added.kind, "name": added.name, "url": url, "key": key}

    told = _do(verb, house)
    click.echo(json.dumps(told) if as_json else f"{told['url']}\nkey: {told['key']}")


@cli.group()
def oncall() -> None:
    """Ask who is on call."""


@oncall.command("who")
@click.argument("schedule", default="")
@click.option("--json", "as_json", is_flag=True)
def who(schedule: str, *, as_json: bool) -> None:
    """Say who is on call now, by schedule or team, and until when (UTC)."""
    told = [_duty(duty) for duty in _do(lambda work: board.matching(work, schedule), writes=False)]
    if as_json:
        click.echo(json.dumps(told))
        return
    for row in told:
        people = ", ".join(row["people"]) or "NOBODY"
        click.echo(f"{row['schedule']}: {people}, until {row['until'] or 'further notice'}")


def _duty(duty: board.Duty) -> dict[str, Any]:
    return {
        "schedule": duty.schedule.name,
        "people": [person.username for person in duty.people],
        "until": duty.until and duty.until.isoformat(),
    }


@cli.group()
def audit() -> None:
    """Check the journal."""


@audit.command("verify")
def verify() -> None:
    """Prove that the journal is complete and unaltered, or name the first broken place."""
    verdict = _do(seals.verify, writes=False)
    if verdict.broken:
        raise click.ClickException(f"the journal is broken: {verdict.broken}")
    click.echo(
        f"The journal holds: {verdict.rows} rows in {verdict.seals} sealed ranges, "
        f"{verdict.unsealed} rows not sealed yet."
    )


@cli.command("doctor")
@click.option("--json", "as_json", is_flag=True)
def examine(*, as_json: bool) -> None:
    """Check the set-up and how it runs; exit status 1 where something has to be mended."""
    findings = doctor.examine_house(_house(), CHECKS)
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in findings]))
    else:
        for found in findings:
            click.echo(
                f"{found.state.upper():5}{found.name}: {found.sentence} {found.hint}".rstrip()
            )
    sys.exit(any(finding.state is Health.FAIL for finding in findings))


@cli.command("import")
@click.argument("kind", type=click.Choice(["cis"]))
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="say what it would do, and do nothing")
def import_table(kind: str, file: BinaryIO, *, dry_run: bool) -> None:
    """Import a table; exit status 1 where rows were left out."""
    content = file.read()
    steps = _do(lambda work: imports.run_text(work, content, dry_run=dry_run), writes=not dry_run)
    for step in steps:
        if step.errors:
            click.echo(f"line {step.line}: {'; '.join(step.errors.values())}", err=True)
    counts = ", ".join(f"{count} {name}" for name, count in imports.counts(steps).items())
    click.echo(f"{'Would import' if dry_run else 'Imported'} {kind}: {counts}.")
    sys.exit(any(step.errors for step in steps))


@cli.command("export")
@click.argument("kind", type=click.Choice(["cis"]))
def export_table(kind: str) -> None:
    """Print a table as CSV that can be imported again."""
    del kind
    text = _do(lambda work: imports.exported(work, CiFilters()), writes=False)
    click.echo(text, nl=False)


@cli.group("secrets")
def secrets_group() -> None:
    """Manage what is encrypted at rest."""


@secrets_group.command("rotate")
def rotate() -> None:
    """Encrypt every stored secret under the first key of ITSM_SECRET_KEY."""
    house = _house()
    with house.app.app_context(), db.engine.begin() as connection:
        count = secrets.rotate(connection, house.keyring)
    click.echo(f"{count} secrets are encrypted under the newest key.")


def _house(settings: Settings | None = None) -> House:
    chosen = settings or load()
    logs.configure(chosen.logs)
    return house_of(create_app(chosen))


def _do(verb: Callable[[Work], T], house: House | None = None, *, writes: bool = True) -> T:
    with (house or _house()).work(SYSTEM, ORIGIN, writes=writes) as work:
        return verb(work)


def _all_roles(house: House) -> dict[str, Role]:
    _before_forking(house)
    bind = house.settings.smtp_bind
    return {
        **web.roles(house),
        "worker": lambda: worker.run(house),
        "clock": lambda: clock.run(house),
        "traps": lambda: receiver.run(house, house.settings.trap_bind),
        **({"mail": lambda: mail.run(house, bind)} if bind else {}),
    }


def _before_forking(house: House) -> None:
    """Close what children must not share, and have them count together."""
    with house.app.app_context():
        db.engine.dispose()
    metrics.share(house.settings.home / "metrics")


def _announce_first_run(house: House) -> None:
    with house.work(SYSTEM, ORIGIN, writes=False) as work:
        if queries.nobody_yet(work):
            address = f"{house.settings.public_url}/setup"
            click.echo(f"First run: open {address} with this token: {first_run.token(work.vault)}")


def _one_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        found = error.errors()[0]
        name = ".".join(str(part) for part in found["loc"])
        return f"{name}: {str(found['msg']).removeprefix('Value error, ')}"
    if isinstance(error, OperationalError):
        return "the database is not available or not set up: check ITSM_DATABASE_URL, run itsm init"
    return str(error).splitlines()[0]
