"""Reading MIB modules: what a text defines, without looking at any other module.

Written for names alone and forgiving: what it does not know it passes over and notes. One pass
over the tokens, no backtracking and no recursion, so the time grows with the size and nothing
else. The texts come from strangers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

MAX_SIZE = 2 * 1024 * 1024
"""Most characters of one file."""
MAX_TOKENS = 400_000
MAX_MODULES = 100
MAX_ENTRIES = 50_000
MAX_NOTES = 50
MAX_ARCS = 128
MAX_ARC = 2**32 - 1
MAX_NAME = 120
MAX_HINT = 120
MAX_DESCRIPTION = 2000
MAX_WORDS = 2000

_TOKEN = re.compile(
    r"""(?P<blank>\s+|--[^\r\n]*)
    |(?P<text>"[^"]*")
    |(?P<word>[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*)
    |(?P<number>-?[0-9]+)
    |(?P<mark>::=|\.\.|[^"])
    |(?P<endless>")""",
    re.VERBOSE,
)
_OPENING, _CLOSING = {"{", "(", "["}, {"}", ")", "]"}


class Unreadable(Exception):
    """The text is no MIB module; the message says why and in which line."""


class Kind(StrEnum):
    """What an OID names."""

    NODE = "node"
    OBJECT = "object"
    TRAP = "trap"


_KINDS = {
    "AGENT-CAPABILITIES": Kind.NODE,
    "MODULE-COMPLIANCE": Kind.NODE,
    "MODULE-IDENTITY": Kind.NODE,
    "NOTIFICATION-GROUP": Kind.NODE,
    "NOTIFICATION-TYPE": Kind.TRAP,
    "OBJECT": Kind.NODE,  # IDENTIFIER
    "OBJECT-GROUP": Kind.NODE,
    "OBJECT-IDENTITY": Kind.NODE,
    "OBJECT-TYPE": Kind.OBJECT,
    "TRAP-TYPE": Kind.TRAP,
}
_BEGINNINGS = {"::=", "MACRO", *_KINDS}


@dataclass(frozen=True, slots=True)
class Syntax:
    """A type as it stands: the name of what it builds on, its value words and its display hint."""

    base: str
    words: Mapping[int, str] = field(default_factory=dict)
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One OID that a module defines: `arcs` below `parent`, or from the root if that is empty."""

    name: str
    kind: Kind
    parent: str
    arcs: tuple[int, ...]
    syntax: Syntax | None = None
    description: str = ""


@dataclass(slots=True)
class Module:
    """What one module defines. `imports` leads from each symbol to the module it comes from."""

    name: str
    imports: dict[str, str] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    types: dict[str, Syntax] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Remember something that was passed over."""
        if len(self.notes) < MAX_NOTES:
            self.notes.append(text)


class Token(NamedTuple):
    """A word, number, quoted text or mark, and where it begins."""

    kind: str
    text: str
    at: int


def split(text: str) -> list[tuple[str, str]]:
    """Return the modules in a file as pairs of name and text. Raises Unreadable if there is none.

    What stands before the first module is left out, and what stands between two goes to the first.
    """
    tokens = _tokens(text)
    heads = [_head(tokens, place) for place, one in enumerate(tokens) if one.text == "DEFINITIONS"]
    found = [head for head in heads if head is not None]
    if not found:
        raise Unreadable("no module begins in it: NAME DEFINITIONS ::= BEGIN")
    if len(found) > MAX_MODULES:
        raise Unreadable(f"more than {MAX_MODULES} modules in one file")
    ends = [head.at for head in found[1:]] + [len(text)]
    return [(head.text, text[head.at : end]) for head, end in zip(found, ends, strict=True)]


def parse(text: str) -> Module:
    """Return what the one module in `text` defines. Raises Unreadable."""
    return _Parser(text).module()


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind == "endless":
            line = _line(text, found.start())
            raise Unreadable(f"line {line}: a quotation begins and never ends")
        if kind != "blank":
            tokens.append(Token(kind, found[0], found.start()))
            if len(tokens) > MAX_TOKENS:
                raise Unreadable(f"more than {MAX_TOKENS} words")
    return tokens


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _head(tokens: list[Token], place: int) -> Token | None:
    """Return the name of the module that `DEFINITIONS` at `place` begins, if it does."""
    place -= 1
    if place >= 0 and tokens[place].text == "}":
        # Its OID may stand in between; the search for its beginning is bounded.
        for _ in range(MAX_ARCS):
            if place <= 0 or tokens[place].text == "{":
                break
            place -= 1
        place -= 1
    name = tokens[place] if place >= 0 else None
    return name if name and name.kind == "word" and len(name.text) <= MAX_NAME else None


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._at = 0

    def module(self) -> Module:
        """Read the module from its name to its END."""
        module = Module(self._next().text)
        self._skip_past("BEGIN")
        while (word := self._next()).text != "END":
            self._statement(module, word)
            if len(module.entries) > MAX_ENTRIES:
                raise Unreadable(f"more than {MAX_ENTRIES} definitions")
        return module

    def _statement(self, module: Module, first: Token) -> None:
        follows = self._peek().text
        if first.text == "IMPORTS":
            self._imports(module)
        elif first.text == "EXPORTS":
            self._skip_past(";")
        elif first.kind != "word":
            self._strange(module, first)
        elif follows == "MACRO":
            self._skip_past("END")
        elif follows == "::=":
            self._at += 1
            self._type(module, first.text)
        elif follows in _KINDS:
            self._entry(module, first, _KINDS[follows])
        else:
            self._strange(module, first)

    def _strange(self, module: Module, first: Token) -> None:
        """Pass over what begins nothing that we know, up to where something may begin again."""
        module.note(f"line {_line(self._text, first.at)}: {first.text[:60]!r} is not understood")
        while self._peek().text != "END" and not self._begins():
            self._at += 1

    def _begins(self) -> bool:
        word, follows = self._peek(), self._peek(1).text
        return word.kind == "word" and follows in _BEGINNINGS

    def _imports(self, module: Module) -> None:
        symbols: list[str] = []
        while (token := self._next()).text != ";":
            if token.text == "FROM":
                source = self._next().text
                module.imports.update((symbol[:MAX_NAME], source[:MAX_NAME]) for symbol in symbols)
                symbols = []
            elif token.kind == "word":
                symbols.append(token.text)

    def _entry(self, module: Module, name: Token, kind: Kind) -> None:
        clauses = self._clauses()
        parent, arcs = self._trap_oid(clauses.enterprise) if clauses.enterprise else self._oid()
        if not arcs or len(arcs) > MAX_ARCS or not all(0 <= arc <= MAX_ARC for arc in arcs):
            module.note(f"line {_line(self._text, name.at)}: {name.text[:60]} has no proper OID")
            return
        entry = Entry(name.text[:MAX_NAME], kind, parent, arcs, clauses.syntax, clauses.description)
        module.entries.setdefault(entry.name, entry)

    def _type(self, module: Module, name: str) -> None:
        if self._peek().text == "TEXTUAL-CONVENTION":
            syntax = self._clauses(stop_at_syntax=True).syntax or Syntax("")
        else:
            syntax = self._syntax()
        module.types.setdefault(name[:MAX_NAME], syntax)

    def _clauses(self, *, stop_at_syntax: bool = False) -> "_Clauses":
        """Read the clauses of a macro up to behind its `::=`, or to its SYNTAX."""
        found = _Clauses()
        while (token := self._next()).text != "::=":
            self._clause(found, token.text)
            if stop_at_syntax and token.text == "SYNTAX":
                break
        if found.hint:
            syntax = found.syntax or Syntax("")
            found.syntax = Syntax(syntax.base, syntax.words, found.hint)
        return found

    def _clause(self, found: "_Clauses", word: str) -> None:
        match word:
            case "SYNTAX":
                found.syntax = found.syntax or self._syntax()
            case "DESCRIPTION" if self._peek().kind == "text":
                said = self._next().text.strip('"')
                found.description = found.description or _plain(said)
            case "DISPLAY-HINT" if self._peek().kind == "text":
                found.hint = self._next().text.strip('"')[:MAX_HINT]
            case "ENTERPRISE":
                found.enterprise = self._enterprise()
            case _ if word in _OPENING:
                self._skip_group()

    def _enterprise(self) -> str:
        token = self._next()
        if token.text == "{":
            token = self._next()
            self._skip_past("}")
        return token.text[:MAX_NAME]

    def _syntax(self) -> Syntax:
        """Read a type; of a table's row and its like only that it is none that we can show."""
        token = self._next()
        while token.text in ("[", "IMPLICIT", "EXPLICIT"):
            if token.text == "[":
                self._skip_group()
            token = self._next()
        base = token.text
        if base in ("OCTET", "OBJECT"):
            self._at += 1
        if base == "SEQUENCE" and self._peek().text == "OF":
            self._at += 2
        words: dict[int, str] = {}
        if self._peek().text == "{":
            self._at += 1
            words = {} if base in ("SEQUENCE", "CHOICE") else self._words()
            if base in ("SEQUENCE", "CHOICE"):
                self._skip_group()
        if self._peek().text == "(":
            self._at += 1
            self._skip_group()
        return Syntax(base[:MAX_NAME], words)

    def _words(self) -> dict[int, str]:
        """Read `up(1), down(2) }`."""
        words: dict[int, str] = {}
        word = ""
        while (token := self._next()).text != "}":
            if token.kind == "word":
                word = token.text[:MAX_NAME]
            elif token.kind == "number" and word and len(words) < MAX_WORDS:
                words.setdefault(int(token.text[:20]), word)
                word = ""
        return words

    def _trap_oid(self, enterprise: str) -> tuple[str, tuple[int, ...]]:
        """Read the number of an SMIv1 trap; its OID is that of its translation."""
        number = self._next()
        return enterprise, (0, int(number.text[:20])) if number.kind == "number" else ()

    def _oid(self) -> tuple[str, tuple[int, ...]]:
        """Read `{ parent 1 2 }` or `{ iso org(3) dod(6) }` as parent and arcs below it."""
        parent, arcs = "", list[int]()
        if self._next().text != "{":
            return "", ()
        while (token := self._next()).text != "}":
            if token.kind == "number":
                arcs.append(int(token.text[:20]))
            elif token.kind == "word" and self._peek().text != "(":
                if arcs or parent:
                    return "", ()
                parent = token.text[:MAX_NAME]
            elif token.text not in ("(", ")") and token.kind != "word":
                return "", ()
        return parent, tuple(arcs)

    def _skip_group(self) -> None:
        """Pass over the rest of a group in brackets that has begun."""
        depth = 1
        while depth:
            text = self._next().text
            depth += (text in _OPENING) - (text in _CLOSING)

    def _skip_past(self, text: str) -> None:
        while self._next().text != text:
            pass

    def _peek(self, ahead: int = 0) -> Token:
        place = self._at + ahead
        return self._tokens[place] if place < len(self._tokens) else Token("end", "", 0)

    def _next(self) -> Token:
        if self._at >= len(self._tokens):
            raise Unreadable("it ends without END: is the file whole?")
        self._at += 1
        return self._tokens[self._at - 1]


@dataclass(slots=True)
class _Clauses:
    syntax: Syntax | None = None
    description: str = ""
    hint: str = ""
    enterprise: str = ""


def _plain(text: str) -> str:
    """Return a description without the margins of its file."""
    return "\n".join(line.strip() for line in text.strip().splitlines())[:MAX_DESCRIPTION]
