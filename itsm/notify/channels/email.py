"""Mail, through the mail server that the instance is set up with."""

import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from pydantic import Field

from itsm.notify.channel import Channel, Config, Message, Outcome, OutcomeState, Outside

SECONDS = 8
HOW_TO_ANSWER = "Or reply to this mail: ACK takes it, NEXT has the next person told."
MAIL_ADDRESS = r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+$"


class EmailConfig(Config):
    """Where the mail goes."""

    address: str = Field(
        title="Mail address",
        max_length=254,
        pattern=MAIL_ADDRESS,
    )


def _send(config: EmailConfig, message: Message, outside: Outside) -> Outcome:
    if not outside.mail_url:
        return Outcome(OutcomeState.ACCEPTED, "no mail server is set up: kept", kept=True)
    try:
        _hand_over(outside, config.address, message)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(OutcomeState.FAILED, f"the mail server: {type(error).__name__}")
    return Outcome(OutcomeState.ACCEPTED, "the mail server accepted it")


def _hand_over(outside: Outside, address: str, message: Message) -> None:
    server = urlsplit(outside.mail_url)
    user, host = unquote(server.username or ""), server.hostname or "localhost"
    sender = user if "@" in user else f"itsm@{host}"
    connect = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with connect(host, server.port or 0, timeout=SECONDS) as smtp:
        if user:
            smtp.login(user, unquote(server.password or ""))
        smtp.send_message(_mail(sender, address, message, outside.mail_domain))


def _mail(sender: str, address: str, message: Message, domain: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, address
    mail["Subject"] = " ".join(message.title.split())
    own = sender.rpartition("@")[2]
    mail["Message-ID"] = f"<{message.key}@{own}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if message.thread:
        mail["In-Reply-To"] = mail["References"] = f"<{message.thread}@{own}>"
    if message.leave:
        mail["List-Unsubscribe"] = f"<{message.leave}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    _, of_page, token = message.link.rpartition("/p/")
    if domain and of_page and message.code:
        mail["Reply-To"] = f"page+{token}@{domain}"
        mail.set_content(f"{message.text}\n\n{HOW_TO_ANSWER}")
    else:
        mail.set_content(message.text)
    return mail


CHANNEL = Channel("email", "Mail", EmailConfig, lambda config: config.address, _send)
