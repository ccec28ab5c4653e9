"""The verbs of surveys: say when a desk asks, decide whether to ask, ask, answer."""

from datetime import date, timedelta

from itsm.desk.models import Desk, Ticket
from itsm.kernel.access import Permission
from itsm.kernel.errors import Denied, Refused
from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.platform import timers
from itsm.surveys import queries
from itsm.surveys.events import (
    SurveyAnswered,
    SurveyAnsweredUnnamed,
    SurveyAsked,
    SurveyDrawn,
    SurveyNotAsked,
    SurveyRuled,
)
from itsm.surveys.inputs import GiveAnswer, SaveRule
from itsm.surveys.models import Answer, Outcome, Survey, SurveyRule

TIMER = "survey.ask"
LIFE = timedelta(days=30)
FIELDS = ("active", "percent", "rest_days", "wait_hours")


def save_rule(work: Work, desk: Desk, wanted: SaveRule) -> SurveyRule:
    """Say when a desk asks; what is closed already is asked as it was. Emits SurveyRuled.

    Raises Denied without config:edit.
    """
    work.must(Permission.CONFIG_EDIT)
    rule = queries.rule(work, desk.id)
    before = _shown(rule) if rule else None
    if rule is None:
        rule = work.add(SurveyRule(desk_id=desk.id, **wanted.model_dump()))
    for name in FIELDS:
        setattr(rule, name, getattr(wanted, name))
    after = _shown(rule)
    if before != after:
        work.emit(SurveyRuled(desk_id=desk.id, before=before, after=after))
    return rule


def _shown(rule: SurveyRule) -> dict[str, Json]:
    return {name: getattr(rule, name) for name in FIELDS}


def consider(work: Work, ticket: Ticket) -> None:
    """Decide whether the requester of a ticket that was just closed is to be asked.

    A ticket is asked about once, however often it is closed. Emits SurveyDrawn.
    """
    rule = queries.rule(work, ticket.desk_id)
    # Who solved their own would rate themselves.
    if rule is None or not rule.active or ticket.requester_id in {None, ticket.assignee_id}:
        return
    due = work.now + timedelta(hours=rule.wait_hours)
    survey = queries.of_ticket(work, ticket.id)
    if survey is None:
        survey = _drawn(work, ticket, rule)
    elif survey.outcome is Outcome.NOT_WANTED:
        survey.outcome = Outcome.WAITING
    if survey.outcome is Outcome.WAITING:
        timers.arm(work, TIMER, str(survey.id), due, {"survey_id": survey.id})


def _drawn(work: Work, ticket: Ticket, rule: SurveyRule) -> Survey:
    number = draw(work, ticket.number)
    drawn = number < rule.percent
    work.emit(SurveyDrawn(ticket_id=ticket.id, draw=number, percent=rule.percent, drawn=drawn))
    return work.add(
        Survey(
            ticket_id=ticket.id,
            person_id=ticket.requester_id or 0,
            desk_id=ticket.desk_id,
            team_id=ticket.team_id,
            month=date(work.now.year, work.now.month, 1),
            confidential=ticket.confidential,
            draw=number,
            outcome=Outcome.WAITING if drawn else Outcome.NOT_DRAWN,
        )
    )


def draw(work: Work, number: str) -> int:
    """Return 0 to 99 for a ticket: always the same, and not to be guessed from its number."""
    return int(work.vault.digest(work.vault.sign(number, "survey.draw"))[:8], 16) % 100


def ask(work: Work, survey: Survey, *, wanted: bool) -> bool:
    """Ask now, and tell whether it was asked; `wanted` tells whether the person can be asked.

    Emits SurveyAsked, or SurveyNotAsked where they were asked of late or cannot be asked.
    """
    if survey.outcome is not Outcome.WAITING:
        return False
    rule = queries.rule(work, survey.desk_id)
    rest = timedelta(days=rule.rest_days if rule else 0)
    if not wanted or rule is None or not rule.active:
        survey.outcome = Outcome.NOT_WANTED
    elif rest and queries.asked_since(work, survey.person_id, work.now - rest):
        survey.outcome = Outcome.ASKED_LATELY
    else:
        survey.outcome = Outcome.ASKED
        survey.asked_at, survey.expires_at = work.now, work.now + LIFE
        name = queries.person(work, survey.person_id).name
        asked = SurveyAsked(ticket_id=survey.ticket_id, person=name, expires_at=work.now + LIFE)
        work.emit(asked)
        return True
    work.emit(SurveyNotAsked(ticket_id=survey.ticket_id, reason=survey.outcome.value))
    return False


def answer(work: Work, survey: Survey, given: GiveAnswer) -> Answer:
    """Say how we did, or say it anew. Emits SurveyAnswered, or SurveyAnsweredUnnamed.

    The actor must be who is asked. Raises Denied for anybody else, Refused once it is too late,
    and where an answer that bears a name is to lose it: it has been read with it.
    """
    work.must(Permission.TICKET_REPLY, survey)
    if work.actor.id is None or work.actor.id != survey.person_id:
        raise Denied("only who is asked can answer")
    if not queries.lives(work, survey):
        raise Refused("the time to answer is over")
    found = answer_to(work, survey)
    if found is not None and found.ticket_id is not None and given.anonymous:
        raise Refused("you have answered under your name already")
    before = found.rating if found and found.ticket_id is not None else None
    if found is None:
        found = _blank(work, survey, given)
    found.rating, found.comment = given.rating, given.comment
    if given.anonymous:
        work.emit(SurveyAnsweredUnnamed(desk_id=survey.desk_id))
        return found
    found.ticket_id, found.person_id = survey.ticket_id, survey.person_id
    found.answered_at = work.now
    work.emit(
        SurveyAnswered(
            ticket_id=survey.ticket_id,
            person=queries.person(work, survey.person_id).name,
            rating=given.rating,
            before=before,
            commented=bool(given.comment),
        )
    )
    return found


def answer_to(work: Work, survey: Survey) -> Answer | None:
    """Return what was answered so far, named or not."""
    return queries.answer_of(work, _key(work, survey))


def _key(work: Work, survey: Survey) -> str:
    return work.vault.digest(work.vault.sign(str(survey.id), "survey.answer"))


def _blank(work: Work, survey: Survey, given: GiveAnswer) -> Answer:
    """Return the row of a new answer, which names nobody yet."""
    row = Answer(
        key=_key(work, survey),
        desk_id=survey.desk_id,
        team_id=survey.team_id,
        month=survey.month,
        confidential=survey.confidential,
        rating=given.rating,
    )
    return work.add(row)
