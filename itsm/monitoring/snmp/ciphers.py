"""The arithmetic of USM: keys from passphrases, digests and AES, by pysnmp and cryptography.

This is the only module that knows pysnmp. What it takes and gives are plain bytes.
"""

import hashlib
import hmac
from enum import StrEnum
from functools import lru_cache

from pysnmp.proto.error import ProtocolError, StatusInformation
from pysnmp.proto.rfc1902 import OctetString
from pysnmp.proto.secmod import rfc3414  # before the next: those import each other in a circle
from pysnmp.proto.secmod.eso.priv import aes192, aes256
from pysnmp.proto.secmod.rfc3414.auth.hmacsha import HmacSha
from pysnmp.proto.secmod.rfc3826.priv.aes import Aes
from pysnmp.proto.secmod.rfc7860.auth.hmacsha2 import HmacSha2


class Auth(StrEnum):
    """Authentication protocols by the names that senders' tools use; MD5 is not among them."""

    SHA1 = "SHA"
    SHA224 = "SHA-224"
    SHA256 = "SHA-256"
    SHA384 = "SHA-384"
    SHA512 = "SHA-512"


class Privacy(StrEnum):
    """Privacy protocols; `-C` has Cisco's way of lengthening keys. DES is not among them."""

    AES128 = "AES"
    AES192 = "AES-192"
    AES256 = "AES-256"
    AES192C = "AES-192-C"
    AES256C = "AES-256-C"


_HASHES = {
    Auth.SHA1: ("sha1", 12, HmacSha.SERVICE_ID),
    Auth.SHA224: ("sha224", 16, HmacSha2.SHA224_SERVICE_ID),
    Auth.SHA256: ("sha256", 24, HmacSha2.SHA256_SERVICE_ID),
    Auth.SHA384: ("sha384", 32, HmacSha2.SAH384_SERVICE_ID),
    Auth.SHA512: ("sha512", 48, HmacSha2.SHA512_SERVICE_ID),
}
_SERVICES = {
    Privacy.AES128: Aes(),
    Privacy.AES192: aes192.AesBlumenthal192(),
    Privacy.AES256: aes256.AesBlumenthal256(),
    Privacy.AES192C: aes192.Aes192(),
    Privacy.AES256C: aes256.Aes256(),
}
SALT_BYTES = 8
Moment = tuple[int, int]
"""Boots and time of the engine that is authoritative for a message."""


class Undecryptable(ValueError):
    """The ciphertext or its parameters are not what the protocol says."""


def passphrase_key(passphrase: str, auth: Auth) -> bytes:
    """Return the key that stands for a passphrase; slow on purpose, a megabyte is hashed."""
    algorithm = getattr(hashlib, _HASHES[auth][0])
    return bytes(rfc3414.localkey.hash_passphrase(passphrase.encode(), algorithm).asOctets())


@lru_cache(maxsize=4096)
def auth_key(key: bytes, auth: Auth, engine_id: bytes) -> bytes:
    """Return the authentication key for one engine."""
    return hashlib.new(_HASHES[auth][0], key + engine_id + key).digest()


@lru_cache(maxsize=4096)
def privacy_key(key: bytes, auth: Auth, privacy: Privacy, engine_id: bytes) -> bytes:
    """Return the privacy key for one engine."""
    service = _SERVICES[privacy]
    made = service.localize_key(_HASHES[auth][2], OctetString(key), OctetString(engine_id))
    return bytes(made.asOctets())


def digest_size(auth: Auth) -> int:
    """Return how many bytes of the digest a message carries."""
    return _HASHES[auth][1]


def digest(auth: Auth, key: bytes, message: bytes) -> bytes:
    """Return the digest of a message whose own digest is all zeros."""
    name, size, _ = _HASHES[auth]
    return hmac.digest(key, message, name)[:size]


def encrypt(privacy: Privacy, key: bytes, moment: Moment, plain: bytes) -> tuple[bytes, bytes]:
    """Return the ciphertext and the salt that was chosen for it."""
    data, salt = _SERVICES[privacy].encrypt_data(OctetString(key), (*moment, None), plain)
    return bytes(data.asOctets()), bytes(salt.asOctets())


def decrypt(privacy: Privacy, key: bytes, moment: Moment, salt: bytes, data: bytes) -> bytes:
    """Return the plain text. Raises Undecryptable; a wrong key mostly gives rubbish instead."""
    if len(salt) != SALT_BYTES:
        raise Undecryptable("the salt has a wrong size")
    parameters = (*moment, list(salt))
    try:
        plain = _SERVICES[privacy].decrypt_data(OctetString(key), parameters, OctetString(data))
    except (ProtocolError, StatusInformation) as error:
        raise Undecryptable("the cipher refuses the message") from error
    return bytes(plain)
