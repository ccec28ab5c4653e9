"""Providers as they call us: each call is signed as theirs are."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from urllib.parse import urlencode

from werkzeug.test import TestResponse

from itsm.notify import accounts
from itsm.platform.house import House

TOKEN, SECRET = "0" * 32, "5" * 32
SENDER = "+14155550100"
PHONE = "+4930123456"
TWILIO = {"account_sid": "AC" + "0" * 32, "auth_token": TOKEN, "sender": SENDER}


def set_up(house: House) -> None:
    """Give the instance accounts at both providers."""
    with house.work() as work:
        accounts.set_account(work, "twilio", TWILIO)
        accounts.set_account(work, "slack", {"signing_secret": SECRET})


@dataclass
class Twilio:
    """Twilio, which calls with our account's token unless it is told another."""

    house: House
    token: str = TOKEN
    sent: int = field(default=0)

    def post(self, path: str, **form: str) -> TestResponse:
        text = self.house.settings.public_url + path
        text += "".join(name + form[name] for name in sorted(form))
        made = hmac.new(self.token.encode(), text.encode(), hashlib.sha1).digest()
        headers = {"X-Twilio-Signature": base64.b64encode(made).decode()}
        return self.house.app.test_client().post(path, data=form, headers=headers)

    def reply(self, body: str, *, sender: str = PHONE, message_id: str = "") -> str:
        """Hand over a text message and return what is answered to it."""
        self.sent += 1
        sid = message_id or f"SM{self.sent:032}"
        answer = self.post("/providers/twilio/sms", From=sender, Body=body, MessageSid=sid)
        assert answer.status_code == 200
        assert answer.mimetype == "text/xml"
        return answer.text.partition("<Message>")[2].partition("</Message>")[0]


@dataclass
class Slack:
    """Slack, which calls with our app's secret unless it is told another."""

    house: House
    secret: str = SECRET

    def press(self, action: str, value: str, user: str, *, at: int) -> TestResponse:
        """Press a button."""
        payload = {
            "type": "block_actions",
            "user": {"id": user},
            "response_url": "https://hooks.slack.com/actions/T1/2/three",
            "actions": [{"action_id": action, "value": value}],
        }
        return self.post(urlencode({"payload": json.dumps(payload)}), at=at)

    def post(self, body: str, *, at: int) -> TestResponse:
        text = f"v0:{at}:{body}".encode()
        made = hmac.new(self.secret.encode(), text, hashlib.sha256).hexdigest()
        return self.house.app.test_client().post(
            "/providers/slack/actions",
            data=body,
            content_type="application/x-www-form-urlencoded",
            headers={"X-Slack-Signature": f"v0={made}", "X-Slack-Request-Timestamp": str(at)},
        )
