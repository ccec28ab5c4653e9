"""What a push service is handed: a sealed message (RFC 8291, RFC 8188) and who sends it (RFC 8292).

Only the browser that subscribed can open the message; the push service sees its length alone.
"""

import base64
import json
import os
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
RECORD = 4096
POINT, AUTH, SALT, KEY, NONCE, SCALAR = 65, 16, 16, 16, 12, 32
# A body is at most 4096 bytes: the header, one record's tag and the mark of the last record.
MOST_TEXT = RECORD - (SALT + 4 + 1 + POINT) - 16 - 1
LAST_RECORD = b"\x02"
GOOD_FOR = timedelta(hours=12)


def packed(raw: bytes) -> str:
    """Return bytes as base64url without padding, as the standards write them."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    """Return the bytes again. Raises ValueError for what is no base64url."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def point(raw: bytes) -> ec.EllipticCurvePublicKey:
    """Return the public key that a point on P-256 stands for. Raises ValueError for none."""
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw)


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the public half of a key as 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def new_key() -> str:
    """Return a new private key on P-256, in base64url."""
    number = ec.generate_private_key(CURVE).private_numbers().private_value
    return packed(number.to_bytes(SCALAR, "big"))


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    """Return the key that `new_key` made."""
    return ec.derive_private_key(int.from_bytes(unpacked(text), "big"), CURVE)


def sealed(
    text: bytes,
    receiver: bytes,
    auth: bytes,
    *,
    sender: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes = b"",
) -> bytes:
    """Return `text` of at most `MOST_TEXT` bytes as one record that only the receiver can open.

    `receiver` is its point, `auth` its secret of 16 bytes; `sender` and `salt` are new each time.
    """
    if len(text) > MOST_TEXT:
        raise ValueError("a push message holds at most 4096 bytes")
    sender, salt = sender or ec.generate_private_key(CURVE), salt or os.urandom(SALT)
    secret = sender.exchange(ec.ECDH(), point(receiver))
    own = point_of(sender)
    root = _derived(secret, auth, b"WebPush: info\x00" + receiver + own, 32)
    key = _derived(root, salt, b"Content-Encoding: aes128gcm\x00", KEY)
    nonce = _derived(root, salt, b"Content-Encoding: nonce\x00", NONCE)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(own)]) + own
    return header + AESGCM(key).encrypt(nonce, text + LAST_RECORD, None)


def authorization(key: str, endpoint: str, contact: str, now: datetime) -> str:
    """Return the header that tells a push service which instance sends, good for 12 hours.

    `contact` is a web address at which its operator can be found, empty where there is none.
    """
    parts = urlsplit(endpoint)
    claims: dict[str, object] = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + GOOD_FOR).timestamp()),
    }
    if contact:
        claims["sub"] = contact
    private = private_key(key)
    said = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    r, s = decode_dss_signature(private.sign(said.encode(), ec.ECDSA(SHA256())))
    signature = packed(r.to_bytes(SCALAR, "big") + s.to_bytes(SCALAR, "big"))
    return f"vapid t={said}.{signature}, k={packed(point_of(private))}"


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length=length, salt=salt, info=info).derive(secret)


def _json(said: dict[str, object]) -> str:
    return packed(json.dumps(said, separators=(",", ":")).encode())
