"""What of the code is to be translated: the texts that stand in `_`, `gettext` and `ngettext`.

`python -m itsm.web.extracting` brings the catalogues in step with the code; what is new in them is
for translators to fill in.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, pofile
from babel.messages.extract import extract_from_dir

from itsm.web.language import FOLDER

ROOT = FOLDER.parents[1]
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
WORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
WIDTH = 100


def texts() -> Iterator[str | tuple[str, ...]]:
    """Yield each text of the code once, in order of the alphabet; one with a plural as a pair."""
    found = {
        text
        for _file, _line, text, _comments, _context in extract_from_dir(
            ROOT, METHODS, keywords=WORDS
        )
        if text
    }
    yield from sorted(found, key=str)


def in_step(file: Path) -> Catalog:
    """Return the catalogue in `file` with what the code says now: old texts go, new are empty."""
    with file.open("rb") as written:
        catalogue = pofile.read_po(written)
    template = Catalog()
    for text in texts():
        template.add(text)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def main() -> None:
    """Rewrite every catalogue."""
    for file in sorted(FOLDER.glob("*/LC_MESSAGES/messages.po")):
        catalogue = in_step(file)
        with file.open("wb") as out:
            pofile.write_po(out, catalogue, width=WIDTH, omit_header=False, no_location=True)


if __name__ == "__main__":
    main()
