"""The tickets of the demo: what people reported, and what was done about it."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from itsm.demo import majors
from itsm.demo.past import ORIGIN, Deed, ago
from itsm.desk import service as desk
from itsm.desk.inputs import NewComment, NewLink, NewView
from itsm.desk.models import Kind, LinkType, Source, Visibility
from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.models import Incident
from itsm.kernel.access import Actor
from itsm.kernel.work import Work
from itsm.people import queries as people
from itsm.platform.house import House
from itsm.tickets import duplicates, editing
from itsm.tickets.bulk import queries as batches
from itsm.tickets.bulk import service as bulk
from itsm.tickets.bulk.inputs import Change
from itsm.tickets.composer import service as composer
from itsm.tickets.composer.inputs import SaveTemplate
from itsm.tickets.composer.models import Scope
from itsm.tickets.filters import Filters
from itsm.tickets.inputs import EditTicket

FILE = Path(__file__).with_name("stories.toml")
TEMPLATES = Path(__file__).with_name("templates.toml")
# Who takes calls and sorts what comes in, by desk.
SORTERS = {"": "agent", "hr": "hr"}
SORTED_AFTER_MIN = 7
VIEWS = {
    "Grave and open": {"state": "open", "priority": "1,2"},
    "From monitoring": {"state": "open", "source": "monitoring"},
}


class Story(BaseModel):
    """One ticket: `steps` are texts such as "20 agent reply Please restart it."."""

    model_config = ConfigDict(extra="forbid")

    key: str
    days: float = Field(description="so many days ago it was reported")
    by: str
    title: str
    text: str
    via: Source = Source.PORTAL
    desk: str = ""
    category: str = ""
    tags: list[str] = []
    impact: int = 3
    urgency: int = 3
    team: str = ""
    to: str = ""
    cis: list[str] = []
    steps: list[str] = []


@dataclass(frozen=True, slots=True)
class Stage:
    """Who plays in the demo, and the numbers that CIs and tickets were given."""

    actors: Mapping[str, Actor]
    cis: Mapping[str, str]
    tickets: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does, `after` so many minutes."""

    after: float
    who: str
    verb: str
    text: str


def deeds(stage: Stage, now: datetime) -> Iterator[Deed]:
    """Yield everything that was done about the tickets that people reported."""
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["story"]:
        story = Story.model_validate(row)
        yield Deed(ago(now, story.days), partial(_report, stage, story))
        yield Deed(ago(now, story.days, SORTED_AFTER_MIN), partial(_sort, stage, story))
        for step in steps(story.steps):
            at = ago(now, story.days, step.after)
            yield Deed(at, partial(_take_step, stage, story.key, step))


def steps(texts: Sequence[str]) -> Iterator[Step]:
    """Yield the steps in texts such as "20 agent reply Please restart it."."""
    for text in texts:
        after, who, verb, *rest = text.split(maxsplit=3)
        yield Step(float(after), who, verb, rest[0] if rest else "")


def save_views(work: Work, stage: Stage) -> None:
    """Keep two views of the list that everybody sees."""
    work.actor = stage.actors["supervisor"]
    for name, known in VIEWS.items():
        desk.save_view(work, "incidents", NewView(name=name, query="", shared=True), known)


def save_templates(work: Work, stage: Stage) -> None:
    """Keep the texts of the service desk's team, and those of everybody, which need more rights."""
    told = tomllib.loads(TEMPLATES.read_text(encoding="utf-8"))["template"]
    for one in told:
        new = SaveTemplate.model_validate({"scope": "team", "team": "service-desk", **one})
        work.actor = stage.actors["admin" if new.scope is Scope.ALL else "supervisor"]
        composer.save_template(work, new)


def tag_many(work: Work, stage: Stage) -> None:
    """Let the supervisor tag all that is grave, one of which is another desk's, to be undone."""
    work.actor = stage.actors["supervisor"]
    grave = Filters(state="open", priority="1,2")
    numbers = [*batches.numbers(work, grave, Kind.INCIDENT), stage.tickets["hr-address"]]
    bulk.begin(work, numbers, Change(add_tags=("morning-review",)))


def play(work: Work, stage: Stage, number: str, step: Step) -> None:
    """Take a step of a ticket as the actor of `work`."""
    incident = queries.get(work, number)
    if step.verb in majors.VERBS:
        majors.VERBS[step.verb](work, incident, step.text)
    else:
        VERBS[step.verb](work, stage, incident, step.text)


def _report(stage: Stage, story: Story, house: House) -> None:
    told = story.via is Source.PHONE
    who = SORTERS[story.desk] if told else story.by
    with house.work(stage.actors[who], ORIGIN) as work:
        new = OpenIncident(
            title=story.title,
            description=story.text,
            desk=story.desk,
            requester=story.by if told else "",
            source=story.via,
        )
        stage.tickets[story.key] = service.open_(work, new).number


def _sort(stage: Stage, story: Story, house: House) -> None:
    with house.work(stage.actors[SORTERS[story.desk]], ORIGIN) as work:
        incident = queries.get(work, stage.tickets[story.key])
        change = EditTicket(
            category=story.category,
            tags=tuple(story.tags),
            impact=story.impact,
            urgency=story.urgency,
            team=story.team,
            assignee=story.to,
            cis=tuple(stage.cis[name] for name in story.cis),
        )
        editing.edit(work, incident, change)


def _take_step(stage: Stage, key: str, step: Step, house: House) -> None:
    with house.work(stage.actors[step.who], ORIGIN) as work:
        play(work, stage, stage.tickets[key], step)


def _reply(work: Work, incident: Incident, text: str) -> None:
    mine = work.actor.id == incident.requester_id
    source = Source.EMAIL if mine and incident.source is Source.EMAIL else Source.PORTAL
    desk.comment(work, incident, NewComment(body=text), source=source)


def _note(work: Work, incident: Incident, text: str) -> None:
    desk.comment(work, incident, NewComment(body=text, visibility=Visibility.INTERNAL))


def _link(work: Work, stage: Stage, incident: Incident, text: str) -> None:
    type_, _, key = text.partition(" ")
    desk.link(work, incident, NewLink(type=LinkType(type_), target=stage.tickets[key]))


def _duplicate(work: Work, stage: Stage, incident: Incident, text: str) -> None:
    duplicates.mark(work, incident, queries.get(work, stage.tickets[text]))


def _watch(work: Work, incident: Incident, text: str) -> None:
    desk.watch(work, incident, people.person(work, text))


VERBS: Mapping[str, Callable[[Work, Stage, Incident, str], None]] = {
    "reply": lambda work, _stage, one, text: _reply(work, one, text),
    "note": lambda work, _stage, one, text: _note(work, one, text),
    "link": _link,
    "duplicate": _duplicate,
    "watch": lambda work, _stage, one, text: _watch(work, one, text),
    "take": lambda work, _stage, one, _text: editing.take(work, one),
    "start": lambda work, _stage, one, _text: service.start(work, one),
    "wait": lambda work, _stage, one, text: service.wait(work, one, text),
    "resume": lambda work, _stage, one, _text: service.resume(work, one),
    "resolve": lambda work, _stage, one, text: service.resolve(work, one, text, code="fixed"),
    "close": lambda work, _stage, one, _text: service.close(work, one),
    "cancel": lambda work, _stage, one, text: service.cancel(work, one, text),
}
