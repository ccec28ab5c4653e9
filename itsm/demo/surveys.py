"""Surveys of the demo: two desks ask, and most of those who are asked answer by the next day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import cycle

from sqlalchemy import select

from itsm.demo.past import ORIGIN, Deed, ago
from itsm.desk.setup import queries as desks
from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Work
from itsm.people import queries as people
from itsm.platform.house import House
from itsm.surveys import queries, service
from itsm.surveys.inputs import GiveAnswer, SaveRule
from itsm.surveys.models import Outcome, Survey

DAYS = 20
DESKS = ("it", "hr")
# Whoever tries the demo as this one finds a question to answer.
TRIES = "employee"
# None: does not answer.
ANSWERS: tuple[GiveAnswer | None, ...] = (
    GiveAnswer(rating=5, comment="Quick and friendly, thank you!"),
    GiveAnswer(rating=4),
    GiveAnswer(rating=2, comment="I had to ask three times how it stands.", anonymous=True),
    None,
    GiveAnswer(rating=5),
    GiveAnswer(rating=3, comment="It works again, but it took two days."),
    GiveAnswer(rating=4, anonymous=True),
)


def turn_on(work: Work) -> None:
    """Have the desks ask about every ticket; one person at most every second day."""
    for key in DESKS:
        rule = SaveRule(active=True, percent=100, rest_days=2, wait_hours=1)
        service.save_rule(work, desks.get(work, key), rule)


def deeds(now: datetime) -> Iterator[Deed]:
    """Yield that people look through their mail once a day; what is asked today waits."""
    answers = cycle(ANSWERS)
    seen: set[int] = set()

    def look(house: House) -> None:
        with house.work(SYSTEM, ORIGIN) as work:
            asked = select(Survey.id).where(Survey.outcome == Outcome.ASKED).order_by(Survey.id)
            for survey_id in work.session.scalars(asked).all():
                if survey_id not in seen:
                    seen.add(survey_id)
                    _answer(work, survey_id, next(answers))

    for day in range(DAYS, 0, -1):
        yield Deed(ago(now, day - 0.4), look)


def _answer(work: Work, survey_id: int, given: GiveAnswer | None) -> None:
    survey = queries.by_id(work, survey_id)
    if survey is not None and given is not None:
        person = queries.person(work, survey.person_id)
        if person.username == TRIES:
            return
        service.answer(replace(work, actor=people.actor(work, person)), survey, given)
