"""Amazon SNS: its envelopes, the addresses that one may name, and its signatures. Pure.

An address in a message is only ever used where it is SNS's own, spelled in full: an expression over
the whole of it leaves nothing for two readers of addresses to understand differently.
"""

import base64
import binascii
import re
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate

from itsm.monitoring.body import Json, Unreadable

NOTIFICATION = "Notification"
SUBSCRIPTION = "SubscriptionConfirmation"
UNSUBSCRIPTION = "UnsubscribeConfirmation"
# A region, and not any label: sns.s3.amazonaws.com would be somebody's bucket.
_HOST = r"https://sns\.[a-z]{2}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}\.amazonaws\.com(?:\.cn)?/"
_OWN = re.compile(_HOST + r"[!#-\[\]-~]*")
# No query: what an API answers may repeat what it was asked.
_CERTIFICATE = re.compile(_HOST + r"[A-Za-z0-9._-]+\.pem")
_CONFIRMATION = (
    "Message",
    "MessageId",
    "SubscribeURL",
    "Timestamp",
    "Token",
    "TopicArn",
    "Type",
)
_SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    SUBSCRIPTION: _CONFIRMATION,
    UNSUBSCRIPTION: _CONFIRMATION,
}
_HASHES: dict[str, type[hashes.SHA1 | hashes.SHA256]] = {"1": hashes.SHA1, "2": hashes.SHA256}


def is_envelope(body: Json) -> bool:
    """Tell whether a body is one that SNS put around a message, or a handshake of its own."""
    return isinstance(body, dict) and body.get("Type") in list(_SIGNED) and "TopicArn" in body


def is_own(address: Json) -> bool:
    """Tell whether an address is SNS's own: https, its host in a region, no port, no user."""
    return isinstance(address, str) and _OWN.fullmatch(address) is not None


def certificate_address(envelope: dict[str, Json]) -> str:
    """Return where the certificate lies that signed an envelope. Raises Unreadable."""
    if not envelope.get("Signature"):
        raise Unreadable("Signature", "is missing, and this integration takes signed messages only")
    address = envelope.get("SigningCertURL")
    if not isinstance(address, str) or not _CERTIFICATE.fullmatch(address):
        raise Unreadable("SigningCertURL", "is no address of a certificate of Amazon SNS")
    return address


def must_be_signed(envelope: dict[str, Json], certificate: bytes, now: datetime) -> None:
    """Raise Unreadable unless the key of this certificate signed what the envelope says."""
    digest = _HASHES.get(str(envelope.get("SignatureVersion")))
    if digest is None:
        raise Unreadable("SignatureVersion", "is neither 1 nor 2")
    key = _key(certificate, now)
    try:
        signature = base64.b64decode(str(envelope.get("Signature")), validate=True)
        key.verify(signature, to_sign(envelope), padding.PKCS1v15(), digest())
    except binascii.Error as error:
        raise Unreadable("Signature", "is not valid base64") from error
    except InvalidSignature as error:
        raise Unreadable("Signature", "does not fit what the message says") from error


def to_sign(envelope: dict[str, Json]) -> bytes:
    """Return what SNS signs: names and values in the order of the names, each on lines of its own.

    Only the subject may be missing, and is then left out.
    """
    lines = []
    for name in _SIGNED[envelope["Type"]]:
        value = envelope.get(name)
        if value is None and name == "Subject":
            continue
        if not isinstance(value, str):
            raise Unreadable(name, "is missing or no text")
        lines.append(f"{name}\n{value}\n")
    return "".join(lines).encode()


def _key(certificate: bytes, now: datetime) -> RSAPublicKey:
    try:
        read = load_pem_x509_certificate(certificate)
        key = read.public_key()
    except ValueError as error:
        raise Unreadable("SigningCertURL", "leads to no certificate") from error
    if not isinstance(key, RSAPublicKey):
        raise Unreadable("SigningCertURL", "leads to a certificate without an RSA key")
    if not read.not_valid_before_utc <= now <= read.not_valid_after_utc:
        raise Unreadable("SigningCertURL", "leads to a certificate that is not valid now")
    return key
