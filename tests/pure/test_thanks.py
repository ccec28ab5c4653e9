"""Which replies only say thanks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm.tickets.thanks import only_thanks


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "Thank you, it works again.",
        "Danke, funktioniert wieder!",
        "Super, vielen Dank für die schnelle Hilfe",
        "thx",
        "Perfect, thank you so much\n\nBest regards\nCharlie Clerk\n+49 30 1234",
        "Thanks a lot!\n\nOn Mon, 2 Mar 2026 at 12:00, Alice Archer wrote:\n> Is it still broken?",
        "It\u2019s fixed now \N{THUMBS UP SIGN}",
    ],
)
def test_thanks_alone_are_no_news(text: str) -> None:
    assert only_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "Thanks, but it is still broken",
        "Danke, geht aber immer noch nicht",
        "Thank you. Could you look at the other one too?",
        "Thanks, call me at 4711",
        "It does not work",
        "Funktioniert nicht",
        "no thanks to you",
        "thanks " * 100,
        "> Thanks",
    ],
)
def test_whoever_says_more_is_heard(text: str) -> None:
    assert not only_thanks(text)


@given(st.text())
def test_any_text_is_told_apart(text: str) -> None:
    assert not only_thanks(f"{text} broken")
