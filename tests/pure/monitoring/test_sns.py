"""Amazon SNS: what is signed, and which addresses are its own."""

import pytest

from itsm.monitoring import sns
from itsm.monitoring.body import Unreadable

NOTIFICATION = {
    "Type": "Notification",
    "MessageId": "m-1",
    "TopicArn": "arn:t",
    "Subject": "My subject",
    "Message": "Two\nlines",
    "Timestamp": "2026-03-01T12:00:00.000Z",
    "UnsubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe",
}
ASKING = {
    "Type": "SubscriptionConfirmation",
    "MessageId": "m-2",
    "TopicArn": "arn:t",
    "Token": "t0ken",
    "Message": "Visit it",
    "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Token=t0ken",
    "Subject": "not signed here",
    "Timestamp": "2026-03-01T12:00:00.000Z",
}


def test_a_notification_is_signed_by_its_members_in_the_order_of_their_names() -> None:
    assert sns.to_sign(NOTIFICATION).decode() == (
        "Message\nTwo\nlines\nMessageId\nm-1\nSubject\nMy subject\n"
        "Timestamp\n2026-03-01T12:00:00.000Z\nTopicArn\narn:t\nType\nNotification\n"
    )


def test_a_subject_that_is_missing_or_null_is_left_out() -> None:
    missing = {name: value for name, value in NOTIFICATION.items() if name != "Subject"}

    assert b"Subject" not in sns.to_sign(missing)
    assert sns.to_sign(missing) == sns.to_sign(NOTIFICATION | {"Subject": None})
    assert b"Subject\n\n" in sns.to_sign(NOTIFICATION | {"Subject": ""})


@pytest.mark.parametrize("kind", ["SubscriptionConfirmation", "UnsubscribeConfirmation"])
def test_a_handshake_is_signed_with_its_address_and_token(kind: str) -> None:
    assert sns.to_sign(ASKING | {"Type": kind}).decode() == (
        "Message\nVisit it\nMessageId\nm-2\n"
        "SubscribeURL\nhttps://sns.eu-west-1.amazonaws.com/?Token=t0ken\n"
        f"Timestamp\n2026-03-01T12:00:00.000Z\nToken\nt0ken\nTopicArn\narn:t\nType\n{kind}\n"
    )


@pytest.mark.parametrize("name", ["Message", "MessageId", "Timestamp", "TopicArn"])
def test_what_is_signed_must_be_there(name: str) -> None:
    with pytest.raises(Unreadable, match=name):
        sns.to_sign(NOTIFICATION | {name: None})


@pytest.mark.parametrize(
    "address",
    [
        "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=a%20b",
        "https://sns.us-gov-west-1.amazonaws.com/",
        "https://sns.ap-southeast-2.amazonaws.com/?a=b@c:d",
        "https://sns.cn-north-1.amazonaws.com.cn/",
    ],
)
def test_every_region_has_an_address_of_its_own(address: str) -> None:
    assert sns.is_own(address)


@pytest.mark.parametrize("body", [None, 7, [], {}, {"Type": "Notification"}, {"Type": ["x"]}])
def test_what_is_no_envelope_is_told_from_one(body: object) -> None:
    assert not sns.is_envelope(body)
    assert sns.is_envelope(NOTIFICATION)
