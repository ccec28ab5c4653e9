"""The review: drafted from the journal, written by people, with what is to be done."""

from collections.abc import Callable
from datetime import date

import pytest

from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Visibility
from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.major import actions, review, roles, updates
from itsm.incidents.major import queries as majors
from itsm.incidents.major.inputs import ChangeAction, EditReview, NewAction, NewUpdate
from itsm.incidents.major.states import Role, Status
from itsm.kernel.errors import Conflict, Denied, Invalid, NotFound, Refused
from tests.cast import Browser
from tests.clock import SetClock
from tests.incidents.conftest import As
from tests.incidents.major.conftest import Do


@pytest.fixture
def over(do: Do, clock: SetClock, major: str, hit: Callable[[str], None]) -> str:
    """A major incident that took 72 minutes and is over."""
    hit(major)
    clock.advance(minutes=4)
    found = NewUpdate(
        body="A disk\nfilled up", visibility=Visibility.PUBLIC, status=Status.IDENTIFIED
    )
    do("dana", updates.write, found)
    do("dana", roles.give, Role.COMMANDER, "alice")
    clock.advance(minutes=6)
    noted = NewComment(body="<b>It was me</b>", visibility=Visibility.INTERNAL)
    do("bob", tickets.comment, noted)
    clock.advance(minutes=62)
    do("alice", service.resolve, "Replaced the disk")
    return major


@pytest.fixture
def drafted(do: Do, as_: As, over: str) -> str:
    """The text of its draft."""
    do("alice", review.draft)
    with as_("alice") as work:
        return majors.review(work, queries.get(work, over)).body


def test_a_draft_tells_what_the_journal_knows(drafted: str) -> None:
    lines = drafted.splitlines()

    assert lines[0] == "# Review of INC-1001: Printer on fire"
    for line in (
        "- Began: 2026-03-02 12:00",
        "- Over: 2026-03-02 13:12, after 1 h 12 min",
        "- What fixed it: Replaced the disk",
        "- Services: Checkout",
        "- Other CIs: pay-db-07",
        "- Commander: Dana Director from 12:00, Alice Archer from 12:04",
        "- Communications: nobody",
        "- Responders: Dana Director, Alice Archer",
        "## What went well",
        "## What went badly",
        "_To be written._",
    ):
        assert line in lines, line


def test_its_timeline_marks_what_employees_knew(drafted: str) -> None:
    lines = drafted.splitlines()
    timeline = lines[lines.index("## Timeline") :]

    for line in (
        "- 2026-03-02 12:00 · public · Dana Director declared this a major incident",
        "- 2026-03-02 12:04 · public · Dana Director: update, identified: A disk filled up",
        "- 2026-03-02 12:10 · internal · Bob Baker: \\<b>It was me\\</b>",
        "- 2026-03-02 13:12 · public · Alice Archer resolved this: Replaced the disk",
    ):
        assert line in timeline, line
    times = [line[2:18] for line in timeline if line.startswith("- 2026")]
    assert times == sorted(times)
    assert [line for line in timeline if "internal · Dana Director gave the role" in line]


def test_it_is_drafted_once_and_when_it_is_over(do: Do, major: str) -> None:
    assert major
    with pytest.raises(Refused, match="not over"):
        do("alice", review.draft)

    do("alice", service.resolve, "Done")
    do("alice", review.draft)
    with pytest.raises(Refused, match="already"):
        do("alice", review.draft)


def test_what_is_no_major_incident_has_no_review(as_: As) -> None:
    with as_("alice") as work:
        incident = service.open_(work, OpenIncident(title="Mouse squeaks"))
        service.resolve(work, incident, "Oil")
        with pytest.raises(NotFound, match="no major incident"):
            review.draft(work, incident)
        with pytest.raises(NotFound, match="no major incident"):
            actions.add(work, incident, NewAction(title="Buy oil"))


def test_two_who_write_at_once_do_not_overwrite_each_other(
    do: Do, as_: As, over: str, drafted: str
) -> None:
    do("alice", review.edit, EditReview(body=f"{drafted}\nMore", version=1))
    with pytest.raises(Conflict):
        do("bob", review.edit, EditReview(body="Mine", version=1))

    with as_("alice") as work:
        kept = majors.review(work, queries.get(work, over))
        assert (kept.body[-4:], kept.version) == ("More", 2)


def test_the_requester_has_nothing_to_do_with_it(
    do: Do, browser: Callable[..., Browser], over: str, drafted: str
) -> None:
    assert drafted
    for verb, *more in (
        (review.edit, EditReview(body="x", version=1)),
        (actions.add, NewAction(title="x")),
    ):
        with pytest.raises(Denied, match="ticket:note"):
            do("charlie", verb, *more)
    for path in (f"/incidents/{over}/review", f"/incidents/{over}/review.md", "/incidents/actions"):
        assert browser("charlie").get(path).status_code == 403


def test_action_items_have_an_owner_and_a_day_and_are_ticked(
    do: Do, as_: As, over: str, clock: SetClock
) -> None:
    def first() -> tuple[str, str | None, date | None, bool]:
        with as_("alice") as work:
            (one, *_) = majors.actions(work, queries.get(work, over).id)
            owner = one.owner.username if one.owner else None
            return one.title, owner, one.due_on, one.done_at is not None

    def set_first(**wanted: object) -> None:
        with as_("alice") as work:
            incident = queries.get_to_change(work, over)
            (one, *_) = majors.actions(work, incident.id)
            actions.change(work, incident, one, ChangeAction.model_validate(wanted))

    do("alice", actions.add, NewAction(title="Watch disks", owner="bob", due_on=date(2026, 3, 9)))
    assert first() == ("Watch disks", "bob", date(2026, 3, 9), False)

    set_first(done=True)
    clock.advance(days=1)
    set_first(title="Watch all disks", owner="")
    assert first() == ("Watch all disks", None, date(2026, 3, 9), True)

    set_first(done=False, due_on=None)
    assert first() == ("Watch all disks", None, None, False)
    with pytest.raises(Invalid) as refusal:
        set_first(owner="charlie")
    assert "owner" in refusal.value.fields


def test_the_list_holds_those_of_all_incidents_that_one_works_on(
    do: Do, as_: As, over: str, browser: Callable[..., Browser]
) -> None:
    do("alice", actions.add, NewAction(title="Later", owner="bob"))
    do("alice", actions.add, NewAction(title="Sooner", due_on=date(2026, 3, 1)))
    with as_("dana") as work:
        secret = service.open_(work, OpenIncident(title="Theft", confidential=True, major=True))
        actions.add(work, secret, NewAction(title="Ask the guard"))
    alice, bob = browser("alice"), browser("bob")

    shown = alice.get("/incidents/actions").text
    assert shown.index("Sooner") < shown.index("Later")
    assert "Since 2026-03-01" in shown
    assert "Ask the guard" not in shown
    assert "Ask the guard" in browser("dana").get("/incidents/actions").text
    mine = bob.get("/incidents/actions?mine=1").text
    assert "Later" in mine
    assert "Sooner" not in mine

    with as_("alice") as work:
        found = {one.title: one.id for one in majors.all_actions(work)}
    address = f"/incidents/{over}/review/actions/{found['Later']}"
    answer = bob.post(address, {"done": "true", "list": "1"})
    assert answer.headers["Location"] == "/incidents/actions"
    assert "Later" not in bob.get("/incidents/actions").text
    assert "Later" in bob.get("/incidents/actions?done=1").text


def test_it_is_drafted_written_and_taken_away_on_its_page(
    browser: Callable[..., Browser], over: str
) -> None:
    alice, page = browser("alice"), f"/incidents/{over}/review"
    assert "No review yet" in alice.get(page).text
    assert alice.post(page).status_code == 303

    assert "Review of INC-1001: Printer on fire" in alice.get(page).text
    new = {"title": "Watch disks", "owner": "bob", "due_on": "2026-03-09"}
    assert alice.post(f"{page}/actions", new).status_code == 303
    assert (
        alice.post(f"{page}/text", {"body": "# Learnt\r\na lot", "version": "1"}).status_code == 303
    )
    stale = alice.post(f"{page}/text", {"body": "my own words", "version": "1"})
    assert stale.status_code == 409
    assert "my own words" in stale.text
    assert alice.post(f"{page}/actions", {"title": "", "owner": ""}).status_code == 422
    assert alice.post(f"{page}/actions", {"title": "x", "due_on": "soon"}).status_code == 422

    export = alice.get(f"{page}.md")
    assert export.mimetype == "text/markdown"
    assert export.headers["Content-Disposition"] == 'attachment; filename="INC-1001-review.md"'
    assert export.text == (
        "# Learnt\na lot\n\n## Action items\n\n- [ ] Watch disks (Bob Baker, due 2026-03-09)\n"
    )


def test_before_it_is_over_the_page_says_so_and_takes_action_items(
    browser: Callable[..., Browser], major: str
) -> None:
    alice, page = browser("alice"), f"/incidents/{major}/review"

    assert "It is not over yet" in alice.get(page).text
    assert alice.post(f"{page}/actions", {"title": "Watch disks", "due_on": ""}).status_code == 303
    assert "Watch disks" in alice.get(page).text
    assert alice.post(page).status_code == 409
    assert alice.get(f"{page}.md").status_code == 404
