"""Tells a reply that only says thanks from one that says more. No I/O.

A ticket that is solved is opened again by its requester's reply, but not by "Thank you, it works!".
Such a reply is short, asks nothing, names no number, and consists of words of thanks and success
alone, in English or German, up to a greeting, a signature or a quoted mail. Any other word makes it
an answer: rather is one too many opened again than one forgotten.
"""

import re

MOST = 300
# A line that begins what is no longer the reply.
TAIL = re.compile(
    r"(?im)^\s*(>|--|on .{5,80} wrote:|am .{5,80} schrieb|from:|von:|cheers,|mit freundlichen|"
    r"(best|kind|regards|viele|liebe|beste|lg|vg|sent|gesendet)\b).*"
)
WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
APOSTROPHE = "\u2019"


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


THANKS = _words("thanks thank thx ty cheers danke dankeschön dank merci")
SUCCESS = _words(
    "works working fixed solved resolved perfect perfekt funktioniert geht klappt läuft"
)
BESIDE = _words(
    """
    a again all alles am and appreciated auch awesome besten brilliant das dear die euch everything
    excellent fast fine for für ganz good great guys hallo hello help helping herzlichen hey hi
    hilfe ich ihnen ihr is ist it it's its ja jetzt lot lots lovely me mir much my nice now ok okay
    perfectly prima quick quickly really reply schnelle schnell sehr so super support team that the
    this top toll und very viele vielen was we well wieder wonderful wunderbar yes you your
    """
)


def only_thanks(text: str) -> bool:
    """Tell whether a reply says thanks, or that it works, and nothing else."""
    said = TAIL.split(text, maxsplit=1)[0].casefold().replace(APOSTROPHE, "'").strip()
    words = set(WORD.findall(said))
    if len(said) > MOST or "?" in said or any(char.isdigit() for char in said):
        return False
    return bool(words & (THANKS | SUCCESS)) and words <= THANKS | SUCCESS | BESIDE
