"""The portal speaks the language of whom it speaks to, and its catalogues leave nothing out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages import pofile
from sqlalchemy import select

from itsm.kernel.access import SYSTEM
from itsm.kernel.languages import FIRST, LANGUAGES
from itsm.people.models import Person
from itsm.platform.house import House
from itsm.platform.journal import JournalRow
from itsm.web.extracting import in_step, texts
from itsm.web.language import FOLDER, catalogue
from tests.cast import Browser, Cast

OTHERS = sorted(set(LANGUAGES) - {FIRST})
GERMAN = {"Accept-Language": "de-CH,de;q=0.9,en;q=0.5"}


def file_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def ids(file: Path) -> set[object]:
    with file.open("rb") as written:
        return {
            one.id if isinstance(one.id, str) else tuple(one.id)
            for one in pofile.read_po(written)
            if one.id
        }


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_is_in_step_with_the_code(language: str) -> None:
    assert ids(file_of(language)) == set(texts())


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_untranslated(language: str) -> None:
    bare = [
        one.id for one in in_step(file_of(language)) if one.id and (not one.string or one.fuzzy)
    ]
    odd = [one.id for one in in_step(file_of(language)) if list(one.check())]

    assert bare == []
    assert odd == []


def test_texts_are_found_in_templates_and_in_tables() -> None:
    found = set(texts())

    assert {"Report a fault", "We have received it", "Several of us", "Log in"} <= found


@pytest.mark.parametrize("language", OTHERS)
def test_what_a_text_is_filled_with_is_filled_in_each_language(language: str) -> None:
    said = catalogue(language).ugettext("What do you need, %(name)s?") % {"name": "Anja"}

    assert said == "Was brauchen Sie, Anja?"


def test_a_browser_says_its_language_until_a_person_chooses_one(
    browser: Callable[..., Browser], cast: Cast, house: House
) -> None:
    charlie = browser("charlie")
    assert '<html lang="en"' in charlie.get("/portal").text
    german = charlie.get("/portal", headers=GERMAN).text
    assert '<html lang="de"' in german
    assert "Störung melden" in german

    answer = charlie.post("/people/me/language", {"language": "de", "next": "/portal/report"})
    assert answer.headers["Location"] == "/portal/report"
    assert "Was ist passiert?" in charlie.get("/portal/report").text
    with house.work(SYSTEM, writes=False) as work:
        assert work.session.get_one(Person, cast.charlie).language == "de"
        assert "person.language_chosen" in work.session.scalars(select(JournalRow.name)).all()

    charlie.post("/people/me/language", {"language": "en"})
    assert "What happened?" in charlie.get("/portal/report", headers=GERMAN).text


def test_a_language_that_there_is_not_is_refused(
    browser: Callable[..., Browser], cast: Cast
) -> None:
    del cast
    assert browser("charlie").post("/people/me/language", {"language": "tlh"}).status_code == 422


@pytest.mark.parametrize("asked", ["tlh", "*", "de;q=0", "", "\x80;q=z"])
def test_an_odd_wish_gets_a_page_all_the_same(
    browser: Callable[..., Browser], cast: Cast, asked: str
) -> None:
    del cast
    assert browser().get("/login", headers={"Accept-Language": asked}).status_code == 200


def test_the_login_speaks_german_even_when_it_refuses(
    browser: Callable[..., Browser], cast: Cast
) -> None:
    del cast
    visitor = browser()
    assert "Anmelden" in visitor.get("/login", headers=GERMAN).text
    refused = visitor.post("/login", {"username": "charlie", "password": "no"}, headers=GERMAN)

    assert refused.status_code == 401
    assert "gehören nicht zusammen" in refused.get_data(as_text=True)


def test_what_is_not_there_is_said_in_german(browser: Callable[..., Browser], cast: Cast) -> None:
    del cast
    charlie = browser("charlie")

    assert "Hier ist nichts" in charlie.get("/portal/tickets/INC-9", headers=GERMAN).text
    assert charlie.get("/no/such/page", headers=GERMAN).status_code == 404
