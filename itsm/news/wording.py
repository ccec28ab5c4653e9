"""News in words: what each topic and channel is called, its defaults, and how a piece reads."""

from collections.abc import Mapping

from itsm.news.models import Channel, Topic

TOPICS: Mapping[Topic, str] = {
    Topic.OPENED: "My ticket was received",
    Topic.REPLY: "A reply on a ticket of mine or one that I follow",
    Topic.NOTE: "An internal note on a ticket that I follow",
    Topic.STATE: "My ticket moved on",
    Topic.RESOLVED: "My ticket was resolved",
    Topic.ASSIGNED: "A ticket was given to me",
    Topic.MENTION: "Somebody mentioned me",
    Topic.PRIORITY: "The priority of a ticket of mine rose",
    Topic.TEAM: "A new ticket waits in my team's queue",
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
}


def said(topic: Topic, event: str, by: str) -> str:
    """Return in one sentence what happened; `by` is a name, empty for a machine."""
    who = by or "The service desk"
    match topic:
        case Topic.OPENED:
            return "We have received your ticket. You can follow it and add to it by its link"
        case Topic.REPLY:
            return f"{who} replied"
        case Topic.NOTE:
            return f"{who} left an internal note"
        case Topic.STATE:
            return _STATES.get(event, "It moved on")
        case Topic.RESOLVED:
            return "It is resolved. Open it to say whether it works or is still broken"
        case Topic.ASSIGNED:
            return f"{who} gave it to you"
        case Topic.MENTION:
            return f"{who} mentioned you"
        case Topic.PRIORITY:
            return "Its priority rose"
        case Topic.TEAM:
            return "It waits in your team's queue"
