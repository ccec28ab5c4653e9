"""How the events of surveys read on a ticket's timeline."""

from collections.abc import Mapping

from itsm.desk.sentences import Sentence

REASONS: Mapping[str, str] = {
    "asked_lately": "they were asked of late",
    "not_wanted": "they want no more news, are gone, or it is open again",
}

SENTENCES: Mapping[str, Sentence] = {
    "ticket.survey_drawn": Sentence(
        "star",
        lambda data: (
            "Its requester will be asked how we did (drawn {draw}, below {percent})"
            if data["drawn"]
            else "Its requester is not asked how we did (drawn {draw}, not below {percent})"
        ),
        internal=True,
    ),
    "ticket.survey_asked": Sentence("star", "{person} was asked how we did", internal=True),
    "ticket.survey_not_asked": Sentence(
        "star",
        lambda data: f"Its requester was not asked how we did: {REASONS[str(data['reason'])]}",
        internal=True,
    ),
    "ticket.survey_answered": Sentence(
        "star",
        lambda data: (
            "{person} rated this {rating} of 5"
            if data["before"] is None
            else "{person} rated this {rating} of 5, not {before}"
        ),
    ),
}
