"""What opens a camera, encrypted at rest: AES-256-GCM under a key that stands in the environment or in a file, never in the database.

A sealed text is bound to its place (the camera's key), so that nobody who may only write to the database can have one camera's password
sent to another's address. Keys are told apart by four bytes of their hash: the first seals, all of them open: so a key can be changed.
"""

import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dashboard.errors import ConfigurationError, Locked

SHORTEST: Final = 32
"""Characters of a key's text: fewer could be guessed."""
KEY_FILE: Final = "camera.key"
_FORM, _NAME, _NONCE = b"\x01", 4, 12


@dataclass(frozen=True)
class Vault:
    """Keys of 32 bytes; the first one seals. Without any, nothing can be sealed or opened."""

    keys: tuple[bytes, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Vault":
        """The vault of these keys' texts, empty ones left out. Raises ConfigurationError for one that is too short."""
        given = [text.strip() for text in texts if text.strip()]
        if any(len(text) < SHORTEST for text in given):
            raise ConfigurationError(f"DASHBOARD_CAMERA_KEY: a key has at least {SHORTEST} characters, better 43 random ones")
        return cls(tuple(_derived(text.encode()) for text in given))

    @classmethod
    def of_relay(cls, secret: bytes) -> "Vault":
        """What web sends to a relay is sealed under that relay's secret: on the way between them no password is in the clear."""
        return cls((_derived(secret),))

    def seal(self, text: str, place: str) -> bytes:
        """The text, sealed for that place. Raises Locked when there is no key."""
        if not self.keys:
            raise Locked("chưa có khóa mã hóa mật khẩu camera: đặt DASHBOARD_CAMERA_KEY")
        nonce = secrets.token_bytes(_NONCE)
        return _FORM + _name(self.keys[0]) + nonce + AESGCM(self.keys[0]).encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """What was sealed for that place. Raises Locked when no key here opens it."""
        head = len(_FORM) + _NAME
        key = next((one for one in self.keys if sealed[:head] == _FORM + _name(one)), None)
        if key is None:
            raise Locked("mật khẩu camera được mã hóa bằng khóa khác: thêm khóa cũ vào DASHBOARD_CAMERA_OLD_KEYS")
        try:
            return AESGCM(key).decrypt(sealed[head : head + _NONCE], sealed[head + _NONCE :], place.encode()).decode()
        except (InvalidTag, ValueError):
            raise Locked("mật khẩu camera đã lưu không còn nguyên vẹn") from None

    def is_old(self, sealed: bytes) -> bool:
        """Whether it was sealed by a key that seals no more, and should be sealed anew."""
        return bool(self.keys) and not sealed.startswith(_FORM + _name(self.keys[0]))


def kept_key(folder: Path, *, make: bool) -> str:
    """The text of the key that lies in a folder, only its owner may read; a new one when there is none and one is to be made, else "".

    Raises ConfigurationError when it can be neither read nor made.
    """
    path = folder / KEY_FILE
    try:
        if make and not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _write_once(path, secrets.token_urlsafe(32))
        return path.read_text(encoding="ascii").strip() if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: the key of the cameras' passwords cannot be read or made: {type(error).__name__}") from None


def _write_once(path: Path, text: str) -> None:
    """Whole or not at all, and never over another: two processes may start at the same time."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def _derived(text: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"dashboard: credentials of cameras").derive(text)


def _name(key: bytes) -> bytes:
    return hashlib.sha256(b"name of " + key).digest()[:_NAME]
