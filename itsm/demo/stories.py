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
from itsm.desk.models import Kind, LinkType, Source, Ticket, Visibility
from itsm.incidents.models import Incident
from itsm.kernel.access import Actor
from itsm.kernel.work import Work
from itsm.people import queries as people
from itsm.platform.house import House
from itsm.requests.approval import queries as asked_queries
from itsm.requests.approval import service as approvals
from itsm.requests.approval.inputs import AskApproval, Decide
from itsm.requests.models import ServiceRequest
from itsm.tickets import duplicates, editing, kinds
from itsm.tickets import queries as tickets
from itsm.tickets.bulk import queries as batches
from itsm.tickets.bulk import service as bulk
from itsm.tickets.bulk.inputs import Change
from itsm.tickets.composer import service as composer
from itsm.tickets.composer.inputs import SaveTemplate
from itsm.tickets.composer.models import Scope
from itsm.tickets.filters import Filters
from itsm.tickets.inputs import EditTicket, Transition

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
    kind: Kind = Kind.INCIDENT
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
    ticket = tickets.get(work, number)
    if step.verb in majors.VERBS and isinstance(ticket, Incident):
        majors.VERBS[step.verb](work, ticket, step.text)
    else:
        VERBS[step.verb](work, stage, ticket, step.text)


def _report(stage: Stage, story: Story, house: House) -> None:
    told = story.via is Source.PHONE
    who = SORTERS[story.desk] if told else story.by
    with house.work(stage.actors[who], ORIGIN) as work:
        kind = kinds.called(story.kind)
        new = kind.opening(
            title=story.title,
            description=story.text,
            desk=story.desk,
            requester=story.by if told else "",
            source=story.via,
        )
        stage.tickets[story.key] = kind.open_(work, new).number


def _sort(stage: Stage, story: Story, house: House) -> None:
    with house.work(stage.actors[SORTERS[story.desk]], ORIGIN) as work:
        ticket = tickets.get(work, stage.tickets[story.key])
        change = EditTicket(
            category=story.category,
            tags=tuple(story.tags),
            impact=story.impact,
            urgency=story.urgency,
            team=story.team,
            assignee=story.to,
            cis=tuple(stage.cis[name] for name in story.cis),
        )
        editing.edit(work, ticket, change)


def _take_step(stage: Stage, key: str, step: Step, house: House) -> None:
    with house.work(stage.actors[step.who], ORIGIN) as work:
        play(work, stage, stage.tickets[key], step)


def _reply(work: Work, ticket: Ticket, text: str) -> None:
    mine = work.actor.id == ticket.requester_id
    source = Source.EMAIL if mine and ticket.source is Source.EMAIL else Source.PORTAL
    desk.comment(work, ticket, NewComment(body=text), source=source)


def _note(work: Work, ticket: Ticket, text: str) -> None:
    desk.comment(work, ticket, NewComment(body=text, visibility=Visibility.INTERNAL))


def _link(work: Work, stage: Stage, ticket: Ticket, text: str) -> None:
    type_, _, key = text.partition(" ")
    desk.link(work, ticket, NewLink(type=LinkType(type_), target=stage.tickets[key]))


def _duplicate(work: Work, stage: Stage, ticket: Ticket, text: str) -> None:
    duplicates.mark(work, ticket, tickets.get(work, stage.tickets[text]))


def _watch(work: Work, ticket: Ticket, text: str) -> None:
    desk.watch(work, ticket, people.person(work, text))


def _step(work: Work, ticket: Ticket, to: str, **said: str) -> None:
    step = Transition.model_validate({"to": to, **said})
    kinds.of(ticket).transition(work, ticket, step)


def _ask(work: Work, ticket: Ticket, text: str) -> None:
    """Ask for approval by a text such as "approver 1899.00 EUR Quote of the vendor"."""
    approver, amount, currency, what = text.split(maxsplit=3)
    asked = {"approver": approver, "amount": amount, "currency": currency, "what": what}
    approvals.ask(work, _request(work, ticket), AskApproval.model_validate(asked))


def _approve(work: Work, ticket: Ticket, text: str) -> None:
    approval = asked_queries.asked_of_me(work, ticket.number)
    answer = Decide(decision="approve", comment=text)
    approvals.decide(work, _request(work, ticket), approval, answer)


def _request(work: Work, ticket: Ticket) -> ServiceRequest:
    return tickets.by_id(work, ServiceRequest, ticket.id)


def _solve(work: Work, ticket: Ticket, text: str) -> None:
    kind = kinds.of(ticket)
    _step(work, ticket, kind.solved, resolution=text, resolution_code=kind.codes[0][0])


VERBS: Mapping[str, Callable[[Work, Stage, Ticket, str], None]] = {
    "reply": lambda work, _stage, one, text: _reply(work, one, text),
    "note": lambda work, _stage, one, text: _note(work, one, text),
    "link": _link,
    "duplicate": _duplicate,
    "watch": lambda work, _stage, one, text: _watch(work, one, text),
    "take": lambda work, _stage, one, _text: editing.take(work, one),
    "start": lambda work, _stage, one, _text: _step(work, one, "in_progress"),
    "wait": lambda work, _stage, one, text: _step(work, one, "pending", reason=text),
    "resume": lambda work, _stage, one, _text: _step(work, one, "in_progress"),
    "resolve": lambda work, _stage, one, text: _solve(work, one, text),
    "ask": lambda work, _stage, one, text: _ask(work, one, text),
    "approve": lambda work, _stage, one, text: _approve(work, one, text),
    "reject": lambda work, _stage, one, text: _step(work, one, "rejected", reason=text),
    "close": lambda work, _stage, one, _text: _step(work, one, "closed"),
    "cancel": lambda work, _stage, one, text: _step(work, one, "cancelled", reason=text),
}
