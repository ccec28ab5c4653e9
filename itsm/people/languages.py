"""The language in which a person reads pages."""

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.kernel.languages import LANGUAGES
from itsm.kernel.work import Work
from itsm.people import queries
from itsm.people.events import LanguageChosen


def choose(work: Work, language: str) -> None:
    """Set one's own language; an empty one leaves it to the browser. Emits LanguageChosen.

    Raises Denied, Invalid for a language that there is not.
    """
    work.must(Permission.SELF)
    if language and language not in LANGUAGES:
        raise Invalid("there is no such language", {"language": "unknown"})
    person = queries.person(work, work.actor.name)
    if person.language != language:
        person.language = language
        work.emit(LanguageChosen(person_id=person.id, language=language))
