"""How the events of on call read on a ticket's timeline."""

from collections.abc import Mapping

from itsm.desk.sentences import Data, Sentence

OUTCOMES = {
    "sent": "sent, no answer",
    "accepted": "accepted by the provider",
    "failed": "failed",
}


def _paged(data: Data) -> str:
    late = int(str(data["late_s"])) // 60
    return "Paged {person}" + (f", {late} min late" if late else "")


def _why(data: Data) -> str:
    return ": {reason}" if data["reason"] else ""


def _tried(data: Data) -> str:
    return f"Page to {{person}} by {{channel}}: {OUTCOMES[str(data['state'])]}"


SENTENCES: Mapping[str, Sentence] = {
    "escalation.started": Sentence("bell", "Paging began, policy {policy}", internal=True),
    "page.triggered": Sentence("phone-call", _paged, internal=True),
    "escalation.nobody_on_call": Sentence(
        "ban", "Nobody is on call in a step of {policy}", "warn", internal=True
    ),
    "escalation.found_nobody": Sentence(
        "alert-octagon", "{policy} reached nobody", "danger", internal=True
    ),
    "escalation.exhausted": Sentence(
        "alert-octagon", "{policy} has run out and nobody answered", "danger", internal=True
    ),
    "page.acknowledged": Sentence("check", "{person} acknowledged", "ok", internal=True),
    "page.acknowledgement_timed_out": Sentence(
        "clock", "The acknowledgement timed out, paging begins anew", "warn", internal=True
    ),
    "escalation.held": Sentence("bell-off", "Paging waits", internal=True),
    "escalation.ended": Sentence("bell-off", "Paging ended", internal=True),
    "page.delivery_tried": Sentence("send", _tried, internal=True),
    "page.not_reached": Sentence("ban", "{person} was not reached", "danger", internal=True),
    "page.passed_on": Sentence("arrow-up", "{person} passed it on", "warn", internal=True),
    "page.responder_asked": Sentence("user-plus", "Asked {responder} for help", internal=True),
    "page.handed_over": Sentence(
        "arrows-exchange", lambda data: "Handed over to {team}" + _why(data), internal=True
    ),
    # The resolution itself stands on the timeline.
    "page.resolution_reported": Sentence("check", ""),
}
