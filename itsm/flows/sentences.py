"""How the events of this room read on a ticket's timeline."""

from collections.abc import Mapping

from itsm.desk.sentences import Data, Sentence


def _where(data: Data) -> str:
    return " on {host}" if data["host"] else ""


SENTENCES: Mapping[str, Sentence] = {
    "ticket.alert_attached": Sentence(
        "activity", lambda data: "{source}: {title}" + _where(data) + ", {severity}"
    ),
    "ticket.alert_worse": Sentence(
        "trending-up",
        lambda data: "{source}: {title}" + _where(data) + " is now {severity}",
        "danger",
    ),
    "ticket.alert_back": Sentence(
        "rotate-clockwise", lambda data: "{source}: {title}" + _where(data) + " fires again", "warn"
    ),
    "ticket.alert_recovered": Sentence(
        "circle-check", lambda data: "{source} says recovered: {title}" + _where(data), "ok"
    ),
    "ticket.alert_flaps": Sentence(
        "activity",
        lambda data: (
            "{source}: {title}"
            + _where(data)
            + " is flapping: it counts as firing until it has been steady for 15 minutes"
        ),
        "warn",
    ),
    "ticket.alert_unheard_of": Sentence(
        "clock",
        lambda data: (
            "{source} has said nothing for {minutes} minutes of {title}"
            + _where(data)
            + ": it counts as over"
        ),
    ),
    "ticket.alert_suppressed": Sentence(
        "bell-off",
        lambda data: "{source}: {title}" + _where(data) + " is kept quiet by {reason}",
    ),
    "ticket.alert_released": Sentence(
        "bell",
        lambda data: "{source}: {title}" + _where(data) + " still fires and is quiet no more",
        "warn",
    ),
    "ticket.dependent_quiet": Sentence(
        "bell-off",
        lambda data: (
            "{title}"
            + _where(data)
            + " is kept quiet: it depends on this"
            + (". Others that do are kept quiet without a word" if data["last"] else "")
        ),
    ),
    "ticket.storm_began": Sentence(
        "bolt",
        "Alert storm: {source} opened {incidents} incidents within 5 minutes. All that it says "
        "comes here until it has said nothing new for 10 minutes",
        "danger",
    ),
    "ticket.storm_spread": Sentence(
        "bolt",
        lambda data: "The storm reaches {services}" + (", by {host}" if data["host"] else ""),
        "danger",
    ),
    "ticket.storm_over": Sentence(
        "bolt",
        "The storm is over: {alerts} alerts of {hosts} hosts, and none new for 10 minutes",
        "ok",
    ),
    "ticket.nobody_paged": Sentence(
        "alert-triangle", "Nobody was paged: no escalation policy is set up", "danger"
    ),
    "ticket.still_firing": Sentence(
        "alert-triangle",
        lambda data: (
            "Still firing an hour after "
            + ("{by} resolved it" if data.get("by") else "it was resolved")
            + ": opened again"
        ),
        "warn",
    ),
}
