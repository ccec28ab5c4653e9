"""A push service on loopback, by TLS: opens what it is handed as the browser behind it would."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from itsm.notify import push_message
from itsm.platform.http import Client, parse_networks

HOST = "push.example.org"


@dataclass
class Subscriber:
    """A browser that has subscribed: its key and its secret."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = b"sixteen bytes it"
    endpoint: str = f"https://{HOST}/send/abc"

    def settings(self) -> dict[str, str]:
        """Return what this browser hands over."""
        return {
            "endpoint": self.endpoint,
            "p256dh": push_message.packed(push_message.point_of(self.key)),
            "auth": push_message.packed(self.auth),
        }

    def opened(self, body: bytes) -> bytes:
        """Return the text of a message, by the words of the standard and nothing of ours."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, record = body[21 : 21 + length], body[21 + length :]
        assert length == 65
        assert len(record) <= size
        curve = ec.SECP256R1()
        secret = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(curve, sender)
        )
        own = push_message.point_of(self.key)

        def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
            return HKDF(SHA256(), length=length, salt=salt, info=info).derive(secret)

        root = derived(secret, self.auth, b"WebPush: info\0" + own + sender, 32)
        key = derived(root, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derived(root, salt, b"Content-Encoding: nonce\0", 12)
        text, mark = (plain := AESGCM(key).decrypt(nonce, record, None))[:-1], plain[-1:]
        assert mark == b"\x02"
        return text


@dataclass
class PushService:
    """What it was asked, and with what it answers."""

    status: int = 201
    away: str = ""
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    client: Client = field(default_factory=Client)


@contextmanager
def push_service(folder: Path) -> Iterator[PushService]:
    """Answer at every https address while the block runs."""
    service = PushService()
    trust, both = _certified(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.asked.append((self.path, dict(self.headers.items()), body))
            self.send_response(service.status)
            if service.away:
                self.send_header("Location", service.away)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(both)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        there = [(2, 1, 6, "", ("127.0.0.1", server.server_port))]
        service.client = Client(
            parse_networks("127.0.0.0/8"), resolve=lambda *_: there, trust=str(trust)
        )
        Thread(target=server.serve_forever, daemon=True).start()
        yield service
        server.shutdown()


def _certified(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, SHA256())
        .public_bytes(Encoding.PEM)
    )
    trust, both = folder / "trust.pem", folder / "server.pem"
    trust.write_bytes(made)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    both.write_bytes(made + private)
    return trust, both
