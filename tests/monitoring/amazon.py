"""Amazon SNS on loopback: a TLS server under its names, a key that signs as it does."""

import base64
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from itsm.monitoring import sns
from itsm.platform.http import Client, Info, parse_networks

HOST = "sns.eu-west-1.amazonaws.com"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"
CERTIFICATE = f"https://{HOST}/SimpleNotificationService-0123456789abcdef.pem"
CONFIRM = f"https://{HOST}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=t0ken"
ALARM = {
    "AlarmName": "cpu-high",
    "AWSAccountId": "123456789012",
    "NewStateValue": "ALARM",
    "StateChangeTime": "2026-03-01T11:59:00.000+0000",
    "Region": "EU (Ireland)",
    "AlarmArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:cpu-high",
    "Trigger": {"Dimensions": [{"value": "i-0a1b", "name": "InstanceId"}]},
}
_HASHES = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303 - what version 1 signs with


@dataclass
class Amazon:
    """What it was asked for, what it answers, and the key that it signs with."""

    key: rsa.RSAPrivateKey
    certificate: bytes
    client: Client = field(default_factory=Client)
    asked: list[str] = field(default_factory=list)
    looked_up: list[tuple[str, int]] = field(default_factory=list)
    status: int = 200
    away: str = ""

    def notification(self, *, version: str = "1", **more: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return a signed notification of an alarm; a member of None is left out."""
        envelope = {
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": TOPIC,
            "Subject": 'ALARM: "cpu-high" in EU (Ireland)',
            "Message": json.dumps(ALARM),
            "Timestamp": "2026-03-01T11:59:01.000Z",
        }
        return self.signed(envelope | more, version)

    def confirmation(self, *, version: str = "1", **more: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return a signed handshake."""
        envelope = {
            "Type": "SubscriptionConfirmation",
            "MessageId": "8a14e4f3-f3ab-4be0-a12f-681ee8fe214f",
            "Token": "t0ken",
            "TopicArn": TOPIC,
            "Message": "You have chosen to subscribe to the topic.\nVisit the SubscribeURL.",
            "SubscribeURL": CONFIRM,
            "Timestamp": "2026-03-01T11:59:01.000Z",
        }
        return self.signed(envelope | more, version)

    def signed(self, envelope: dict[str, Any], version: str) -> dict[str, Any]:
        """Return an envelope with what is not None, and a signature over that."""
        kept = {name: value for name, value in envelope.items() if value is not None}
        signature = self.key.sign(sns.to_sign(kept), padding.PKCS1v15(), _HASHES[version])
        return kept | {
            "SignatureVersion": version,
            "Signature": base64.b64encode(signature).decode(),
            "SigningCertURL": CERTIFICATE,
        }


@cache
def made() -> rsa.RSAPrivateKey:
    """Return the key, which takes a while to make."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@contextmanager
def serving(folder: Path) -> Iterator[Amazon]:
    """Answer on loopback for whatever name is looked up, as SNS would."""
    key = made()
    certificate = certified(key)
    amazon = Amazon(key, certificate)
    trust = folder / "trust.pem"
    trust.write_bytes(certificate)
    both = folder / "server.pem"
    both.write_bytes(certificate + private(key))
    with HTTPServer(("127.0.0.1", 0), handler(amazon)) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(both)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        amazon.client = reaching(amazon, server.server_port, trust)
        Thread(target=server.serve_forever, daemon=True).start()
        yield amazon
        server.shutdown()


def reaching(amazon: Amazon, port: int, trust: Path) -> Client:
    """Return a guarded client for which every name leads to this server."""

    def resolve(host: str, wanted: int) -> list[Info]:
        amazon.looked_up.append((host, wanted))
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    return Client(parse_networks("127.0.0.0/8"), resolve=resolve, trust=str(trust))


def handler(amazon: Amazon) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            amazon.asked.append(self.path)
            body = amazon.certificate if self.path.endswith(".pem") else b"<Confirmed/>"
            self.send_response(302 if amazon.away else amazon.status)
            if amazon.away:
                self.send_header("Location", amazon.away)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    return Handler


def certified(key: rsa.RSAPrivateKey, until: int = 2100) -> bytes:
    """Return a certificate of the host for this key, signed by itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(until, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )


def private(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
