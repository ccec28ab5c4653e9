"""The signed links of the question: one for each rating, good for one survey while it lives."""

from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.surveys import queries
from itsm.surveys.models import Survey

PURPOSE = "survey.rate"
WORDS = ((5, "Very good"), (4, "Good"), (3, "Fair"), (2, "Poor"), (1, "Very poor"))
SOON = "The links are good for 30 days. You may change your answer as long."


def ratings(work: Work, url: str, ticket_id: int) -> str:
    """Return the lines of a mail by which its reader answers, empty where nothing is asked."""
    survey = queries.of_ticket(work, ticket_id)
    if survey is None or not queries.lives(work, survey):
        return ""
    lines = [f"{n} {word}: {url}/surveys/rate/{sign(work, survey, n)}" for n, word in WORDS]
    return "\n".join([*lines, "", SOON])


def sign(work: Work, survey: Survey, rating: int) -> str:
    """Return the last part of the address that rates so."""
    return work.vault.sign(f"{survey.id}:{rating}", PURPOSE)


def read(work: Work, link: str) -> tuple[Survey, int]:
    """Return the survey and the rating of a link. Raises NotFound for any that is not good now."""
    survey_id, _, rating = (work.vault.unsign(link, PURPOSE) or "").partition(":")
    survey = queries.by_id(work, int(survey_id)) if survey_id.isdigit() else None
    if survey is None or not queries.lives(work, survey):
        raise NotFound("this link is not good, or no longer")
    return survey, int(rating)
