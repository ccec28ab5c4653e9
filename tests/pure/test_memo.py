from datetime import timedelta

from itsm.platform.memo import Memo
from tests.clock import NOON

LIFE = timedelta(seconds=10)


def test_a_value_is_made_again_once_it_is_too_old() -> None:
    memo, made = Memo(), iter("abc")

    def ask(seconds: int) -> str:
        return memo.get("key", NOON + timedelta(seconds=seconds), LIFE, lambda: next(made))

    assert [ask(0), ask(9), ask(10), ask(19)] == ["a", "a", "b", "b"]
    memo.forget()
    assert ask(19) == "c"
