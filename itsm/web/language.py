"""The language of a page: the person's own, else the first that their browser asks for.

Texts stand in English in the code. Catalogues are read as translators write them (.po), once for
each process, so neither a checkout nor a wheel needs a step that compiles them.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages import mofile, pofile
from babel.support import Translations
from flask import Flask, has_request_context, request
from flask_babel import Babel, get_locale
from flask_login import current_user

from itsm.kernel.languages import FIRST, LANGUAGES
from itsm.web.door import has_work

FOLDER = Path(__file__).with_name("translations")


@cache
def catalogue(language: str) -> Translations:
    """Return the texts in a language; those that it lacks are left as they stand in the code."""
    file = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not file.exists():
        return Translations()
    compiled = BytesIO()
    with file.open("rb") as written:
        mofile.write_mo(compiled, pofile.read_po(written, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def spoken() -> str:
    """Return the code of the language of this request, English outside one."""
    locale = get_locale() if has_request_context() else None
    return locale.language if locale else FIRST


def said(text: str, **values: object) -> str:
    """Return a text of ours in the language of this request."""
    translated: str = catalogue(spoken()).ugettext(text)
    return translated % values if values else translated


def install(app: Flask) -> None:
    """Teach templates `_`, `gettext` and `ngettext`, and tell them the language."""
    Babel(app, locale_selector=_chosen, configure_jinja=False)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined] # the extension's
        gettext=lambda text: catalogue(spoken()).ugettext(text),
        ngettext=lambda one, many, count: catalogue(spoken()).ungettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.globals.update(language=spoken, languages=LANGUAGES)


def _chosen() -> str:
    if has_work() and current_user.is_authenticated and current_user.actor.language in LANGUAGES:
        own: str = current_user.actor.language
        return own
    return request.accept_languages.best_match(list(LANGUAGES)) or FIRST
