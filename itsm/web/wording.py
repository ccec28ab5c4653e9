"""What pages call states and errors: the tone of a state, and what to do about an error."""

from itsm.kernel.languages import marked as _

# Tones are those of components/chip.html; a state that is not here has none.
TONES = {
    "danger": "new open triggered failed rejected exhausted parked down",
    "warn": "pending awaiting_approval waiting degraded retrying",
    "info": "in_progress acknowledged investigating sending queued",
    "ok": "resolved fulfilled delivered sent done accepted active",
}
TONE_OF = {state: tone for tone, states in TONES.items() for state in states.split()}

OVERTAKEN = (
    _("Somebody was faster"),
    _("It changed since you loaded the page, so nothing was saved. Reload, then try again."),
)
ERRORS = {
    401: (_("You are not logged in"), _("Log in and you come back to where you were.")),
    403: (
        _("You may not do this"),
        _("Your roles do not allow it. Whoever runs this desk can grant it."),
    ),
    404: (
        _("There is nothing here"),
        _("The address may be mistyped, the thing may be gone, or it is not for you to see."),
    ),
    405: (_("This page cannot do that"), _("Go back and use the button on the page.")),
    409: (_("This is not possible now"), _("Go back, reload, and look how it stands.")),
    412: OVERTAKEN,
    413: (_("That is too large"), _("Send less at once, or a smaller file.")),
    422: (_("This cannot be used as it is"), _("Go back, mend it and send it again.")),
    429: (_("Too much at once"), _("Wait a minute, then try again.")),
    500: (
        _("Something broke on our side"),
        _(
            "What you sent may not be saved. "
            "If it happens again, tell your service desk this number."
        ),
    ),
    503: (
        _("Not ready just now"),
        _("The service is starting or being repaired. Try again in a minute."),
    ),
}
OTHER = (_("This did not work"), _("Go back and try again."))


def tone(state: str) -> str:
    """Return the tone of a state's chip, empty for one that calls for no attention."""
    return TONE_OF.get(state, "")


def words(state: str) -> str:
    """Return a state as people say it: "in_progress" as "In progress"."""
    return state.replace("_", " ").capitalize()


def advice(status: int) -> tuple[str, str]:
    """Return what an HTTP error means to a person, and what to do about it."""
    return ERRORS.get(status, OTHER)
