"""Templates, macros, drafts, presence, and a reply that another one overtook."""

from collections.abc import Callable

import pytest

from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Visibility
from itsm.incidents import queries as incidents
from itsm.incidents.states import State
from itsm.kernel.errors import Denied, Invalid, NotFound
from itsm.tickets.composer import placeholders, queries, service
from itsm.tickets.composer.inputs import Changes, SaveDraft, SaveTemplate, Send
from itsm.tickets.composer.models import Scope
from itsm.tickets.composer.service import Overtaken
from tests.cast import Browser
from tests.incidents.conftest import As

CLOSING = SaveTemplate(
    name="Done",
    body="Hello {{requester.first_name}}, {{ticket.number}} is done.",
    changes=Changes(state=State.RESOLVED, take=True, tags=("canned",)),
)


def test_a_value_is_not_looked_through_for_placeholders() -> None:
    filled = placeholders.fill(
        "{{ticket.title}} {{agent.name}}", {"ticket.title": "{{agent.name}}"}
    )

    assert filled.text == "{{agent.name}} {{agent.name}}"
    assert filled.missing == ("agent.name",)


def test_a_macro_writes_and_changes_together(as_: As, number: str) -> None:
    with as_("alice") as work:
        incident = incidents.get_to_change(work, number)
        template = service.save_template(work, CLOSING)
        text = service.render(work, template, incident).text
        assert text == f"Hello Charlie, {number} is done."

        service.send(work, incident, Send(body=text, template=template.id, macro=True))

        assert (incident.state, incident.resolution) == (State.RESOLVED, text)
        assert (incident.assignee_id, incident.tags) == (work.actor.id, ["canned"])
        assert template.used == 1


def test_a_placeholder_is_never_sent(as_: As, number: str) -> None:
    with as_("alice") as work:
        incident = incidents.get_to_change(work, number)
        with pytest.raises(Invalid):
            service.send(work, incident, Send(body="Hello {{requester.first_name}}"))
        service.send(work, incident, Send(body="A playbook says {{ item }}"))
        assert [one.body for one in desk.comments(work, incident)] == ["A playbook says {{ item }}"]


def test_another_ones_template_and_draft_are_not_there(as_: As, number: str) -> None:
    with as_("alice") as work:
        kept = service.save_template(work, CLOSING).id
        service.keep_draft(work, incidents.get(work, number), SaveDraft(body="half"))
        with pytest.raises(Denied):
            service.save_template(work, CLOSING.model_copy(update={"scope": Scope.ALL}))
    with as_("bob") as work:
        with pytest.raises(NotFound):
            queries.template(work, kept)
        assert queries.newest_draft(work, incidents.get(work, number)) is None


def test_a_draft_goes_once_it_is_sent(as_: As, number: str) -> None:
    with as_("alice") as work:
        incident = incidents.get_to_change(work, number)
        service.keep_draft(work, incident, SaveDraft(body="half"))
        service.keep_draft(work, incident, SaveDraft(body="note", visibility=Visibility.INTERNAL))
        service.send(work, incident, Send(body="whole"))
        left = queries.newest_draft(work, incident)
        assert left is not None
        assert left.body == "note"


def test_others_see_who_is_there(as_: As, number: str) -> None:
    with as_("alice") as work:
        service.be_present(work, incidents.get(work, number), replying=True)
    with as_("bob") as work:
        incident = incidents.get(work, number)
        (seen,) = queries.viewers(work, [incident.id])[incident.id]
        assert seen.says.endswith("is replying")
        work.now += service.PRESENT_FOR
        assert queries.viewers(work, [incident.id]) == {}


def test_an_overtaken_reply_stops_until_it_is_sent_anyway(as_: As, number: str) -> None:
    with as_("charlie") as work:
        tickets.comment(work, incidents.get_to_change(work, number), NewComment(body="It smokes"))
    with as_("alice") as work:
        incident = incidents.get_to_change(work, number)
        with pytest.raises(Overtaken):
            service.send(work, incident, Send(body="All fine", seen=0))
        written = service.send(work, incident, Send(body="All fine", seen=0, anyway=True))
        assert written.body == "All fine"


def test_the_page_keeps_the_text_that_was_overtaken(
    as_: As, number: str, browser: Callable[..., Browser]
) -> None:
    with as_("charlie") as work:
        tickets.comment(work, incidents.get_to_change(work, number), NewComment(body="It smokes"))

    answer = browser("alice").post(
        f"/incidents/{number}/comments", {"body": "All fine", "seen": "0", "visibility": "public"}
    )

    assert answer.status_code == 409
    assert "All fine</textarea>" in answer.text
    assert "Send anyway" in answer.text


def test_the_library_is_kept_by_its_pages(
    as_: As, number: str, browser: Callable[..., Browser]
) -> None:
    del as_
    alice = browser("alice")
    wrong = alice.post("/templates/", {"name": "Bad", "body": "{{secret.key}}"})
    made = alice.post("/templates/", {"name": "Done", "body": "Hi {{ticket.number}}", "take": "1"})

    assert (wrong.status_code, made.status_code) == (422, 303)
    assert "Done" in alice.get("/templates/").text
    assert f"Hi {number}" in alice.get(f"/incidents/{number}/templates").text
    assert f"Hi {number}</textarea>" in alice.get(f"/incidents/{number}?use=1").text
    assert browser("bob").get("/templates/1").status_code == 404
