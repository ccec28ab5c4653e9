"""Render the documentation to var/docs and name every link that leads nowhere.

Every Markdown file of docs/ and of the root becomes a page at the same place; pictures are copied.
`make docs` runs it; the links are checked by the tests as well.
"""

import html
import re
import shutil
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT: Final = Path(__file__).parent.parent
OUTPUT: Final = ROOT / "var/docs"
PICTURES: Final = {".png", ".svg", ".jpg"}
MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable("table")

PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<link rel="stylesheet" href="{up}docs/docs.css">
<nav><a href="{up}README.html">Start</a> <a href="{up}docs/architecture.html">Architecture</a>
<a href="{up}CHANGELOG.html">Changelog</a></nav>
<main>
{body}
</main>
</html>
"""


def sources() -> list[Path]:
    """Return every Markdown file that is documentation."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def slug(heading: str) -> str:
    """Return the anchor of a heading, made as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def parse(page: Path) -> list[Token]:
    """Return the page's tokens, each heading with its anchor as id."""
    tokens = MARKDOWN.parse(page.read_text())
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", slug(inline.content))
    return tokens


def links(tokens: list[Token]) -> Iterator[Token]:
    """Yield the links and pictures of a page."""
    for token in tokens:
        if token.type in {"link_open", "image"}:
            yield token
        yield from links(token.children or [])


def address(token: Token) -> str:
    """Return where a link or picture points to."""
    return str(token.attrGet("href") or token.attrGet("src") or "")


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page."""
    return {str(token.attrGet("id")) for token in parse(page) if token.type == "heading_open"}


def broken_links() -> list[str]:
    """Return `page: link` for every link to a file or heading that is not there."""
    return [
        f"{page.relative_to(ROOT)}: {address(link)}"
        for page in sources()
        for link in links(parse(page))
        if leads_nowhere(page, address(link))
    ]


def leads_nowhere(page: Path, link: str) -> bool:
    """Say whether the link, read from `page`, has no target. Other people's sites are not asked."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return False
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.exists():
        return True
    return bool(parts.fragment) and target.suffix == ".md" and parts.fragment not in anchors(target)


def render(page: Path) -> str:
    """Return the page as HTML, its links to other pages turned to their rendered form."""
    tokens = parse(page)
    for link in links(tokens):
        if link.type == "link_open" and not urlsplit(address(link)).scheme:
            link.attrSet("href", re.sub(r"\.md(?=#|$)", ".html", address(link)))
    up = "../" * (len(page.relative_to(ROOT).parts) - 1)
    title = next((t.content for t in tokens if t.type == "inline"), page.stem)
    body = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    return PAGE.format(title=html.escape(title), up=up, body=body)


def build() -> None:
    """Write the site afresh."""
    shutil.rmtree(OUTPUT, ignore_errors=True)
    for page in sources():
        target = OUTPUT / page.relative_to(ROOT).with_suffix(".html")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(render(page))
    for file in (ROOT / "docs").rglob("*"):
        if file.suffix in PICTURES | {".css"}:
            target = OUTPUT / file.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)


if __name__ == "__main__":
    build()
    broken = broken_links()
    print(*broken, sep="\n", file=sys.stderr)
    print(f"{len(sources())} pages in {OUTPUT}; {len(broken)} broken links")
    sys.exit(bool(broken))
