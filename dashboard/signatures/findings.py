"""What was found about one signature, and what several of them make together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

State = Literal["unsigned", "invalid", "untrusted", "expired", "valid", "revoked"]
"""unsigned: there is no signature. invalid: the mathematics do not hold, or not for what we read. untrusted: they hold, and nobody we
trust vouches for the key. expired, revoked: somebody does, but not for the instant of sending."""

_WORST_FIRST: Final[tuple[State, ...]] = ("invalid", "revoked", "expired", "untrusted", "valid")


class SignatureFault(Exception):
    """Why a signature is invalid: one of the codes that `feeds/verdicts.py` has a sentence for. Caught where findings are made."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose certificate it is. `identity` names the holder and is a person's data: it leaves this package as a keyed hash only."""

    kind: Literal["person", "agency", "unknown"]
    identity: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What one signature is worth: its state, the code of the reason, its holder when it is valid, and whether SHA-1 was used."""

    state: State
    reason: str = ""
    signer: Signer | None = None
    sha1: bool = False


def worst(findings: Sequence[Finding]) -> Finding:
    """The one that speaks for a document: all its signatures must hold. `unsigned` when there is none."""
    return min(findings, key=lambda one: _WORST_FIRST.index(one.state)) if findings else Finding("unsigned")
