import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from itsm.kernel.access import SYSTEM
from itsm.people.events import LoggedIn
from itsm.platform import seals
from itsm.platform.house import House
from itsm.platform.journal import JournalRow
from itsm.platform.seals import Seal
from tests.clock import SetClock


def say(house: House, count: int) -> None:
    for _ in range(count):
        with house.work(SYSTEM) as work:
            work.emit(LoggedIn(person_id=1))


def seal(house: House, clock: SetClock) -> int:
    """Seal all there is: the first pass notes the end of the range, the second seals it."""
    done = 0
    for _ in range(2):
        clock.advance(minutes=1)
        with house.work(SYSTEM) as work:
            done += seals.seal(work)
    return done


def verdict(house: House) -> seals.Verdict:
    with house.work(SYSTEM, writes=False) as work:
        return seals.verify(work)


def tamper(house: House, statement: str) -> None:
    """Do what only somebody with the whole database in hand can do."""
    with house.work(SYSTEM) as work:
        if work.session.get_bind().dialect.name == "sqlite":
            for verb in ("update", "delete"):
                work.session.execute(text(f"DROP TRIGGER IF EXISTS journal_no_{verb}"))
        else:
            work.session.execute(text("SET LOCAL session_replication_role = replica"))
        work.session.execute(text(statement))


@pytest.mark.parametrize(
    "change", [update(JournalRow).values(name="x"), delete(JournalRow)], ids=["update", "delete"]
)
def test_a_row_cannot_be_changed_or_deleted(house: House, change: object) -> None:
    say(house, 1)
    with pytest.raises(DBAPIError, match="insert-only"), house.work(SYSTEM) as work:
        work.session.execute(change)  # type: ignore[call-overload]


def test_what_is_sealed_is_proven(house: House, clock: SetClock) -> None:
    say(house, 5)
    sealed = seal(house, clock)
    say(house, 2)

    found = verdict(house)
    assert (found.rows, found.unsealed, found.broken) == (sealed, 2, "")
    assert sealed >= 5


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE journal SET actor_name = 'x' WHERE id = {id}", "journal row {id} was altered"),
        ("DELETE FROM journal WHERE id = {id}", "journal row {id} is missing"),
        ("UPDATE journal SET id = id + 1000000 WHERE id = {id}", "journal row {id} is missing"),
    ],
)
def test_the_first_broken_row_is_named(
    house: House, clock: SetClock, statement: str, place: str
) -> None:
    say(house, 5)
    seal(house, clock)
    with house.work(SYSTEM, writes=False) as work:
        row_id = (
            work.session.query(JournalRow.id).order_by(JournalRow.id).offset(2).limit(1).scalar()
        )
    tamper(house, statement.format(id=row_id))

    assert verdict(house).broken == place.format(id=row_id)


def test_a_missing_seal_and_an_altered_one_are_found(house: House, clock: SetClock) -> None:
    for _ in range(3):
        say(house, 2)
        seal(house, clock)
    with house.work(SYSTEM) as work:
        middle = work.session.query(Seal).order_by(Seal.id).offset(1).first()
        assert middle is not None
        work.session.delete(middle)

    assert "is missing" in verdict(house).broken


def test_a_row_says_who_did_it_and_from_where(house: House) -> None:
    say(house, 1)
    with house.work(SYSTEM, writes=False) as work:
        row = work.session.query(JournalRow).order_by(JournalRow.id.desc()).first()
        assert row is not None

        assert (row.name, row.subject_kind, row.actor_name) == (
            "person.logged_in",
            "person",
            "system",
        )
