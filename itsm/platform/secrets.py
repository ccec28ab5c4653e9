"""Encryption at rest, lookups by hash, and signatures, all from ITSM_SECRET_KEY.

The root is a list: the first key encrypts and signs, all of them decrypt and verify, so a key is
rotated by putting a new one in front and running `itsm secrets rotate`. Uses are kept apart by
HKDF (RFC 5869) with a label each.
"""

import base64
import hashlib
import secrets
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import BadSignature, Signer
from sqlalchemy import Connection, select, update

from itsm.platform.database import Model, Sealed

TOKEN_BYTES = 32


class SecretUnreadable(Exception):
    """No key in ITSM_SECRET_KEY opens the secret."""


class Keyring:
    """Seals, hashes and signs under the instance's keys; the newest key comes first."""

    def __init__(self, roots: Sequence[str]) -> None:
        if not roots:
            message = "at least one secret key is needed"
            raise ValueError(message)
        self._fernet = MultiFernet([Fernet(_fernet_key(root)) for root in roots])
        self._signing = [_derive(root, "signing") for root in reversed(roots)]

    def seal(self, text: str) -> bytes:
        """Return `text` encrypted under the newest key."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """Return the text again. Raises SecretUnreadable if no key fits."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise SecretUnreadable("no key in ITSM_SECRET_KEY opens this secret") from error

    def reseal(self, sealed: bytes) -> bytes:
        """Return a sealed text encrypted under the newest key. Raises SecretUnreadable."""
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken as error:
            raise SecretUnreadable("no key in ITSM_SECRET_KEY opens this secret") from error

    def digest(self, text: str) -> str:
        """Return the SHA-256 of `text` in hex (64 characters).

        For random tokens only, which need neither salt nor key: see `new_token`.
        """
        return hashlib.sha256(text.encode()).hexdigest()

    def sign(self, value: str, purpose: str) -> str:
        """Return `value` with a signature that is good for `purpose` alone."""
        return self._signer(purpose).sign(value).decode()

    def unsign(self, signed: str, purpose: str) -> str | None:
        """Return the value if its signature is good for `purpose`, else None."""
        try:
            return self._signer(purpose).unsign(signed).decode()
        except BadSignature:
            return None

    def _signer(self, purpose: str) -> Signer:
        return Signer(self._signing, salt=purpose, digest_method=hashlib.sha256)


def new_token(prefix: str) -> str:
    """Return a new random token of 256 bits; the prefix tells secret scanners what it is."""
    return f"{prefix}_{secrets.token_urlsafe(TOKEN_BYTES)}"


def rotate(connection: Connection, keyring: Keyring) -> int:
    """Encrypt every sealed column under the newest key and return how many values there were."""
    count = 0
    for table in Model.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, Sealed):
                continue
            keys = list(table.primary_key.columns)
            for row in connection.execute(select(*keys, column).where(column.is_not(None))).all():
                same = [key == value for key, value in zip(keys, row[:-1], strict=True)]
                renewed = {column.name: keyring.reseal(row[-1])}
                connection.execute(update(table).where(*same).values(renewed))
                count += 1
    return count


def _derive(root: str, label: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=f"itsm {label}".encode()).derive(root.encode())


def _fernet_key(root: str) -> bytes:
    return base64.urlsafe_b64encode(_derive(root, "encryption"))
