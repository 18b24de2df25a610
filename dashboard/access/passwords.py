"""Local passwords: what is good enough, and argon2id. Hashing takes tens of milliseconds: call it in a thread."""

import secrets
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dashboard.errors import ConfigurationError

SHORTEST, LONGEST, FEWEST_DIFFERENT = 12, 256, 6
# Letters and digits that cannot be mistaken for each other, as they are read from paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1)


def _nobodys_hash() -> str:
    """A hash that no password has, at today's costs: an unknown user name takes as long as a known one. Not hashed, which takes as long."""
    salt, answer = (b64encode(secrets.token_bytes(length)).decode().rstrip("=") for length in (_hasher.salt_len, _hasher.hash_len))
    return f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}${salt}${answer}"


_NOBODY = _nobodys_hash()


def new_password() -> str:
    """A password of 78 random bits in four groups, fit to be read aloud."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def check_rules(password: str, username: str) -> None:
    """Raises ConfigurationError when the password is too weak or too long to be hashed in fair time; never repeats it."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise ConfigurationError(f"password of {username}: {SHORTEST} to {LONGEST} characters are needed")
    if len(set(password)) < FEWEST_DIFFERENT:
        raise ConfigurationError(f"password of {username}: at least {FEWEST_DIFFERENT} different characters are needed")
    if username in password.lower():
        raise ConfigurationError(f"password of {username}: it holds the user name")


def make_hash(password: str) -> str:
    """The argon2id hash with salt and cost in it."""
    return _hasher.hash(password)


def verify(known_hash: str | None, password: str) -> bool:
    """Whether the password fits; takes the same time without a hash (unknown user), and is then False."""
    try:
        fits = _hasher.verify(known_hash or _NOBODY, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return fits and known_hash is not None


def is_outdated(known_hash: str) -> bool:
    """Whether the hash was made with other costs than today's."""
    return _hasher.check_needs_rehash(known_hash)
