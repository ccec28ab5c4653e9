"""What a ticket's page posts to bring others in. The forms stand on pages of other rooms."""

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from itsm.desk import queries as desk
from itsm.desk.models import Ticket
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, NotFound, Refused
from itsm.kernel.work import Work
from itsm.oncall import responders
from itsm.people import queries as people
from itsm.people.models import Person, Team
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("responders", __name__, url_prefix="/oncall/tickets")


@pages.post("/<number>/responders")
@needs(Permission.PAGE_SEND)
def ask(number: str) -> ResponseReturnValue:
    """Page a person or a team besides whoever has the ticket."""
    work = current_work()
    ticket = desk.get(work, number)
    try:
        flash(f"{ask_whom(work, ticket, request.form.get('who', ''))} is being paged", "success")
    except (Refused, Invalid) as refused:
        flash(str(refused), "warning")
    return redirect(f"/incidents/{ticket.number}", code=303)


@pages.post("/<number>/handover")
@needs(Permission.PAGE_SEND)
def hand_over(number: str) -> ResponseReturnValue:
    """Hand a ticket over to another team."""
    work = current_work()
    ticket = desk.get(work, number)
    try:
        flash(f"Handed over to {hand_to(work, ticket)}", "success")
    except (Refused, Invalid) as refused:
        flash(str(refused), "warning")
    return redirect(f"/incidents/{ticket.number}", code=303)


def ask_whom(work: Work, ticket: Ticket, who: str) -> str:
    """Ask `who`, such as p:lena or t:network, and return their name. Raises Invalid, Refused."""
    kind, _, key = who.partition(":")
    if kind == "t":
        team = team_named(work, key)
        responders.ask_team(work, ticket, team)
        return team.name
    person = person_named(work, key if kind == "p" else who.strip())
    responders.ask_person(work, ticket, person)
    return person.name


def hand_to(work: Work, ticket: Ticket) -> str:
    """Hand a ticket over as the request's form says, and return the team's name."""
    team = team_named(work, request.form.get("team", ""))
    responders.hand_over(work, ticket, team, request.form.get("reason", ""))
    return team.name


def person_named(work: Work, username: str) -> Person:
    """Return the person of a username. Raises Invalid."""
    try:
        found = people.person(work, username)
    except NotFound as error:
        raise Invalid(str(error), {"person": "unknown"}) from error
    if not found.active:
        raise Invalid("this person has left", {"person": "has left"})
    return found


def team_named(work: Work, key: str) -> Team:
    """Return the team of a key. Raises Invalid."""
    try:
        return people.team(work, key)
    except NotFound as error:
        raise Invalid(str(error), {"team": "unknown"}) from error
