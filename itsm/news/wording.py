"""News in words: what each topic and channel is called, its defaults, and how a piece reads."""

from collections.abc import Mapping

from itsm.news.models import Channel, Topic

TOPICS: Mapping[Topic, str] = {
    Topic.OPENED: "My ticket was received",
    Topic.REPLY: "A reply on a ticket of mine or one that I follow",
    Topic.NOTE: "An internal note on a ticket that I follow",
    Topic.STATE: "My ticket moved on",
    Topic.RESOLVED: "My ticket was resolved",
    Topic.SURVEY: "How did we do? Asked of some tickets of mine once they are closed",
    Topic.ASSIGNED: "A ticket was given to me",
    Topic.MENTION: "Somebody mentioned me",
    Topic.PRIORITY: "The priority of a ticket of mine rose",
    Topic.TEAM: "A new ticket waits in my team's queue",
    Topic.APPROVAL: "My approval is asked for",
    Topic.TASK: "A task was given to me, or one of mine or my team's falls due",
}
CHANNELS: Mapping[Channel, str] = {
    Channel.APP: "Here",
    Channel.MAIL: "Mail",
    Channel.PUSH: "Browser",
}
WANTED = frozenset(
    {(topic, Channel.APP) for topic in Topic if topic is not Topic.TEAM}
    | {
        (topic, Channel.MAIL)
        for topic in Topic
        if topic not in {Topic.NOTE, Topic.PRIORITY, Topic.TEAM}
    }
    | {(topic, Channel.PUSH) for topic in (Topic.ASSIGNED, Topic.MENTION, Topic.PRIORITY)}
)
_STATES: Mapping[str, str] = {
    "incident.started": "Somebody works on it now",
    "incident.acknowledged": "Somebody has taken it up",
    "incident.paused": "It has to wait for a while",
    "incident.resumed": "Work on it goes on",
    "incident.reopened": "It was opened again",
    "incident.closed": "It is closed",
    "incident.cancelled": "It was cancelled",
    "request.started": "Somebody works on it now",
    "request.paused": "It has to wait for a while",
    "request.resumed": "Work on it goes on",
    "request.reopened": "It was opened again",
    "request.closed": "It is closed",
    "request.cancelled": "It was cancelled",
    "request.rejected": "It was rejected. Open it to read why",
    "request.not_approved": "It was not approved. Open it to read why",
    "request.approved": "It was approved, and work on it goes on",
}


# These read otherwise than their topic.
_EVENTS: Mapping[str, str] = {
    "ticket.closes_soon": "It closes in a day. Open it to say whether it works or is still broken",
    "ticket.answer_awaited": "We still wait for your answer",
}
_TASKS: Mapping[str, str] = {
    "task.given": "{who} gave you a task",
    "task.reminded": "A task of yours or your team's falls due",
}
_SAID: Mapping[Topic, str] = {
    Topic.OPENED: "We have received your ticket. You can follow it and add to it by its link",
    Topic.REPLY: "{who} replied",
    Topic.NOTE: "{who} left an internal note",
    Topic.RESOLVED: "It is done. Open it to say whether it works or is still broken",
    Topic.SURVEY: "It is closed. How did we do? One press is enough",
    Topic.ASSIGNED: "{who} gave it to you",
    Topic.MENTION: "{who} mentioned you",
    Topic.PRIORITY: "Its priority rose",
    Topic.TEAM: "It waits in your team's queue",
    Topic.APPROVAL: "Your approval is asked for. Open it to approve or reject",
}


def said(topic: Topic, event: str, by: str) -> str:
    """Return in one sentence what happened; `by` is a name, empty for a machine."""
    if event in _EVENTS:
        return _EVENTS[event]
    if topic is Topic.STATE:
        return _STATES.get(event, "It moved on")
    said = _TASKS[event] if topic is Topic.TASK else _SAID[topic]
    return said.replace("{who}", by or "The service desk")
