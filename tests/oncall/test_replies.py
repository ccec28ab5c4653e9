"""Answering a page by text message, by the keys of a telephone and by a button in Slack."""

import pytest

from itsm.notify import service as notify
from itsm.oncall import planning, queries, service
from itsm.oncall.escalation import State
from itsm.oncall.inputs import PolicyInput, StepInput
from itsm.oncall.models import Page
from itsm.people.models import Person
from tests.oncall.conftest import Night, new_ticket
from tests.oncall.signed import PHONE, SENDER, Slack, Twilio, set_up
from tests.oncall.test_budget import MEDIUM, page_for

BOB = "bob@example.org"
HOOK = {"webhook": "https://hooks.slack.com/services/T1JJ3T3L2/B1BRTD4JD/" + "x" * 24}
MEMBER, STRANGER = "U012AB3CD", "U0STRANGER"


@pytest.fixture
def twilio(night: Night) -> Twilio:
    """Alice is reached by text message alone."""
    set_up(night.house)
    with night.house.work() as work:
        notify.add_contact(work, night.cast.alice, "sms", "", {"phone": PHONE})
    return Twilio(night.house)


@pytest.fixture
def call(night: Night) -> str:
    """Alice is called, and has picked up: the address at which Twilio asks what to say."""
    set_up(night.house)
    with night.house.work() as work:
        notify.add_contact(work, night.cast.alice, "voice", "", {"phone": PHONE})
    night.start()
    return f"/providers/twilio/voice/{night.provider.tasks[0].message.key}"


@pytest.fixture
def slack(night: Night) -> Slack:
    """Alice is reached in Slack."""
    set_up(night.house)
    with night.house.work() as work:
        notify.add_contact(work, night.cast.alice, "slack", "", HOOK | {"member": MEMBER})
    night.start()
    return Slack(night.house)


def state(night: Night) -> State:
    with night.house.work() as work:
        found = queries.escalation_of(work, night.ticket, night.policy)
        assert found
        return found.state


def code(night: Night) -> str:
    return night.provider.tasks[0].message.code


def page_again(night: Night, number: int) -> int:
    with night.house.work() as work:
        ticket_id = new_ticket(work, night.cast, number)
        service.start(work, ticket_id, night.policy)
    night.run()
    return ticket_id


def now(night: Night) -> int:
    return int(night.clock.now.timestamp())


def test_a_reply_with_the_code_takes_it(night: Night, twilio: Twilio) -> None:
    night.start()

    assert twilio.reply(f"  {code(night)} ") == "INC-1 is yours."
    assert state(night) is State.ACKNOWLEDGED
    night.pass_minutes(20)
    assert BOB not in night.provider.told


def test_a_reply_of_all_takes_all(night: Night, twilio: Twilio) -> None:
    night.start()
    page_again(night, 2)

    assert twilio.reply("ALL") == "INC-1 is yours. INC-2 is yours."
    assert twilio.reply("all") == "There is no page of that code any more."


def test_a_code_stands_for_one_page(night: Night, twilio: Twilio) -> None:
    night.start()
    page_again(night, 2)
    twilio.reply(code(night))
    with night.house.work(writes=False) as work:
        codes = [page.code for page in work.session.query(Page).order_by(Page.id)]

    assert len(set(codes)) == 2
    assert twilio.reply(codes[1]) == "INC-2 is yours."


def test_a_wrong_code_takes_nothing(night: Night, twilio: Twilio) -> None:
    night.start()
    wrong = f"{(int(code(night)) + 1) % 10_000:04}"

    assert twilio.reply(wrong) == "There is no page of that code any more."
    assert twilio.reply("who is this?").startswith("Reply with the code")
    assert state(night) is State.NOTIFIED


def test_a_reply_from_another_phone_takes_nothing_and_is_not_answered(
    night: Night, twilio: Twilio
) -> None:
    night.start()

    assert twilio.reply(code(night), sender="+15005550006") == ""
    assert state(night) is State.NOTIFIED


def test_somebody_who_has_left_takes_nothing(night: Night, twilio: Twilio) -> None:
    night.start()
    with night.house.work() as work:
        work.session.get_one(Person, night.cast.alice).active = False
    twilio.reply(code(night))

    assert state(night) is State.NOTIFIED


def test_a_phone_is_answered_five_times_and_then_still_understood(
    night: Night, twilio: Twilio
) -> None:
    night.start()
    answers = [twilio.reply("out of office") for _ in range(8)]

    assert [bool(answer) for answer in answers] == [True] * 5 + [False] * 3
    assert twilio.reply(code(night)) == ""
    assert state(night) is State.ACKNOWLEDGED


def test_a_reply_from_a_shared_phone_speaks_for_one_person(night: Night, twilio: Twilio) -> None:
    with night.house.work() as work:
        notify.add_contact(work, night.cast.bob, "sms", "", {"phone": PHONE})
        step = StepInput(delay_min=600, people=[night.cast.bob])
        wanted = PolicyInput(name="Bob", steps=[step], fallback_id=night.cast.dana)
        bobs = planning.create_policy(work, wanted).id
        service.start(work, new_ticket(work, night.cast, 2), bobs)
    night.start()

    assert twilio.reply("all") == "INC-1 is yours."
    assert twilio.reply("all") == "INC-2 is yours."


def test_a_reply_handed_over_twice_acts_once(night: Night, twilio: Twilio) -> None:
    night.start()
    assert twilio.reply(code(night), message_id="SM1")

    assert twilio.reply(code(night), message_id="SM1") == ""


def test_a_reply_says_who_was_faster(night: Night, twilio: Twilio) -> None:
    night.start()
    night.acknowledge_as("dana")

    assert twilio.reply(code(night)) == "INC-1 is taken already, by Dana Director."


@pytest.mark.parametrize("token", ["1" * 32, ""])
def test_a_reply_that_twilio_did_not_sign_is_refused(
    night: Night, twilio: Twilio, token: str
) -> None:
    night.start()
    twilio.token = token
    form = {"From": PHONE, "Body": code(night), "MessageSid": "SM1"}

    assert twilio.post("/providers/twilio/sms", **form).status_code == 403
    assert state(night) is State.NOTIFIED


def test_without_an_account_nothing_is_believed(night: Night) -> None:
    night.start()

    answer = Twilio(night.house).post("/providers/twilio/sms", From=SENDER, Body="all")
    assert answer.status_code == 403


def test_a_call_says_what_is_wrong_and_which_keys_there_are(night: Night, call: str) -> None:
    said = Twilio(night.house).post(call, CallStatus="in-progress").text

    assert "Critical incident I N C - 1. Payments API answers 502 at checkout." in said
    assert f'action="{call}/keys"' in said
    assert "Press 4 to take it. Press 6" in said


def test_key_4_takes_it(night: Night, call: str) -> None:
    said = Twilio(night.house).post(f"{call}/keys", Digits="4").text

    assert "INC-1 is yours." in said
    assert state(night) is State.ACKNOWLEDGED


def test_key_6_has_the_next_person_told_at_once(night: Night, call: str) -> None:
    said = Twilio(night.house).post(f"{call}/keys", Digits="6").text
    night.run()

    assert "the next person is told" in said
    assert night.provider.told[1:] == [BOB]


def test_another_key_asks_again(night: Night, call: str) -> None:
    said = Twilio(night.house).post(f"{call}/keys", Digits="9").text

    assert f"<Redirect>{call}</Redirect>" in said
    assert state(night) is State.NOTIFIED


def test_a_call_tells_what_it_carries_and_key_4_takes_that_too(night: Night) -> None:
    path = call_for_three(night)
    twilio = Twilio(night.house)
    said = twilio.post(path, CallStatus="in-progress").text
    assert "Also I N C - 3, I N C - 4. Press 4 to take them." in said

    said = twilio.post(f"{path}/keys", Digits="4").text
    assert "INC-2 is yours. INC-3 is yours. INC-4 is yours." in said


def test_a_call_does_not_tell_what_is_over_by_then(night: Night) -> None:
    path = call_for_three(night)
    with night.house.work() as work:
        page = work.session.query(Page).order_by(Page.id.desc()).first()
        assert page
        row = queries.escalation(work, page.escalation_id)
        assert row
        service.finish(work, row.ticket_id)
    twilio = Twilio(night.house)

    assert "Also I N C - 3. Press 4 to take them." in twilio.post(path).text
    assert "INC-4" not in twilio.post(f"{path}/keys", Digits="4").text


def test_a_call_names_twelve_and_counts_the_rest(night: Night) -> None:
    path = call_for(night, *range(2, 17))
    twilio = Twilio(night.house)

    assert "I N C - 1 4, and 2 more. Press 4" in twilio.post(path).text
    assert "INC-15" not in twilio.post(f"{path}/keys", Digits="4").text


def test_key_4_says_who_was_faster(night: Night, call: str) -> None:
    night.acknowledge_as("dana")

    said = Twilio(night.house).post(f"{call}/keys", Digits="4").text
    assert "INC-1 is taken already, by Dana Director." in said


def call_for_three(night: Night) -> str:
    return call_for(night, 2, 3, 4)


def call_for(night: Night, *numbers: int) -> str:
    """Have Alice called once for several incidents; return where Twilio asks what to say."""
    set_up(night.house)
    with night.house.work() as work:
        notify.add_contact(work, night.cast.alice, "voice", "", {"phone": PHONE})
    for number in numbers:
        page_for(night, MEDIUM, number)
    night.run()
    (task,) = night.provider.tasks
    return f"/providers/twilio/voice/{task.message.key}"


def test_key_6_says_that_nobody_is_told_while_alerts_are_quiet(night: Night, call: str) -> None:
    with night.house.work() as work:
        service.hold(work, night.ticket)

    said = Twilio(night.house).post(f"{call}/keys", Digits="6").text
    assert "INC-1: its alerts are kept quiet: nobody is told for now." in said
    assert state(night) is State.NOTIFIED


def test_key_6_says_that_nobody_comes_next(night: Night, call: str) -> None:
    with night.house.work() as work:
        row = queries.escalation_of(work, night.ticket, night.policy)
        assert row
        row.state, row.due_at = State.EXHAUSTED, None

    said = Twilio(night.house).post(f"{call}/keys", Digits="6").text
    assert "INC-1: nobody comes after you." in said


def test_what_stands_in_a_title_cannot_speak_twiml(night: Night, call: str) -> None:
    with night.house.work() as work:
        page = work.session.query(Page).one()
        row = queries.escalation(work, page.escalation_id)
        assert row
        row.ticket.title = "</Say><Dial>+1900</Dial>"

    assert "<Dial>" not in Twilio(night.house).post(call).text


@pytest.mark.parametrize("path", ["", "/keys"])
def test_a_call_that_twilio_did_not_sign_is_refused(night: Night, call: str, path: str) -> None:
    stranger = Twilio(night.house, token="9" * 32)

    assert stranger.post(f"{call}{path}", Digits="4").status_code == 403
    assert state(night) is State.NOTIFIED


def test_a_signature_is_good_for_its_own_page_alone(night: Night, call: str) -> None:
    twilio = Twilio(night.house)

    assert twilio.post("/providers/twilio/voice/page-1-99/keys", Digits="4").status_code == 404
    assert twilio.post("/providers/twilio/voice/page-99-1/keys", Digits="4").status_code == 404
    assert call


def test_the_button_takes_it(night: Night, slack: Slack) -> None:
    key = night.provider.tasks[0].message.key

    assert slack.press("acknowledge", key, MEMBER, at=now(night)).status_code == 200
    assert state(night) is State.ACKNOWLEDGED


def test_the_other_button_has_the_next_person_told(night: Night, slack: Slack) -> None:
    slack.press("escalate", night.provider.tasks[0].message.key, MEMBER, at=now(night))
    night.run()

    assert night.provider.told[1:] == [BOB]


def test_somebody_elses_press_takes_nothing(night: Night, slack: Slack) -> None:
    slack.press("acknowledge", night.provider.tasks[0].message.key, STRANGER, at=now(night))

    assert state(night) is State.NOTIFIED


@pytest.mark.parametrize(("late", "status"), [(299, 200), (301, 403), (-301, 403)])
def test_a_press_is_good_for_five_minutes(
    night: Night, slack: Slack, late: int, status: int
) -> None:
    key = night.provider.tasks[0].message.key

    answer = slack.press("acknowledge", key, MEMBER, at=now(night) - late)
    assert answer.status_code == status


def test_a_press_that_slack_did_not_sign_is_refused(night: Night, slack: Slack) -> None:
    slack.secret = "6" * 32
    key = night.provider.tasks[0].message.key

    assert slack.press("acknowledge", key, MEMBER, at=now(night)).status_code == 403
    assert state(night) is State.NOTIFIED


@pytest.mark.parametrize(
    "body", ["", "payload=", "payload=[]", "payload=%7B%7D", "payload=" + "[" * 9999]
)
def test_a_signed_press_without_sense_is_no_error(night: Night, slack: Slack, body: str) -> None:
    assert slack.post(body, at=now(night)).status_code == 200
    assert state(night) is State.NOTIFIED
