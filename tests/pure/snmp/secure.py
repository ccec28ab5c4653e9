"""SNMPv3 messages as a device would make them."""

from dataclasses import dataclass, field

from itsm.monitoring.snmp import ber, ciphers, usm
from itsm.monitoring.snmp.ciphers import Auth, Privacy
from itsm.monitoring.snmp.usm import Keys, Level
from tests.pure.snmp.datagrams import LINK_DOWN, pdu

ENGINE = bytes.fromhex("8000000001020304")
KEYS = Keys(
    Level.PRIV,
    Auth.SHA256,
    ciphers.passphrase_key("authpass123", Auth.SHA256),
    Privacy.AES128,
    ciphers.passphrase_key("privpass123", Auth.SHA256),
)
AUTH_KEYS = Keys(Level.AUTH, KEYS.auth, KEYS.auth_key)
OPEN_KEYS = Keys(Level.NONE)


@dataclass(frozen=True)
class Device:
    """A sender with an engine of its own, or one that uses ours for informs."""

    keys: Keys = KEYS
    user: str = "mon"
    engine_id: bytes = ENGINE
    boots: int = 1
    time: int = 1000
    reportable: bool = False
    body: bytes = field(default_factory=lambda: pdu(LINK_DOWN))

    def message(self) -> bytes:
        salt, scoped = self._scoped()
        size = ciphers.digest_size(self.keys.auth) if self.keys.level is not Level.NONE else 0
        flags = self.keys.level.flags | 4 * self.reportable
        whole = ber.sequence(
            ber.integer(3),
            ber.sequence(
                ber.integer(77), ber.integer(65507), ber.octets(bytes([flags])), ber.integer(3)
            ),
            ber.octets(
                ber.sequence(
                    ber.octets(self.engine_id), ber.integer(self.boots), ber.integer(self.time),
                    ber.octets(self.user.encode()), ber.octets(bytes(size)), ber.octets(salt),
                )
            ),
            scoped,
        )  # fmt: skip
        return self._signed(whole, size) if size else whole

    def _scoped(self) -> tuple[bytes, bytes]:
        plain = ber.sequence(ber.octets(self.engine_id), ber.octets(b""), self.body)
        if self.keys.level is not Level.PRIV:
            return b"", plain
        key = ciphers.privacy_key(
            self.keys.privacy_key, self.keys.auth, self.keys.privacy, self.engine_id
        )
        data, salt = ciphers.encrypt(self.keys.privacy, key, (self.boots, self.time), plain)
        return salt, ber.octets(data)

    def _signed(self, whole: bytes, size: int) -> bytes:
        at = usm.parse(whole).digest_at
        key = ciphers.auth_key(self.keys.auth_key, self.keys.auth, self.engine_id)
        return whole[:at] + ciphers.digest(self.keys.auth, key, whole) + whole[at + size :]
