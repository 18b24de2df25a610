"""What a relay lets in."""

import pytest
import time_machine

from dashboard.camera.signing import Verifier, sign

SECRET, REQUEST = b"s" * 32, ("POST", "/sessions/a", b"offer")


def test_a_signed_request_comes_in_once() -> None:
    verifier, header = Verifier(SECRET), sign(SECRET, *REQUEST)
    assert verifier.accepts(header, *REQUEST)
    assert not verifier.accepts(header, *REQUEST), "a copy"
    assert verifier.accepts(sign(SECRET, *REQUEST), *REQUEST)


@pytest.mark.parametrize("changed", [("GET", *REQUEST[1:]), ("POST", "/sessions/b", b"offer"), ("POST", "/sessions/a", b"another")])
def test_a_signature_is_for_one_request_only(changed: tuple[str, str, bytes]) -> None:
    assert not Verifier(SECRET).accepts(sign(SECRET, *REQUEST), *changed)


@pytest.mark.parametrize("header", ["", "1", "1.2.3", "²..", "nan.x.y", "é.é.é"])
def test_nonsense_stays_outside(header: str) -> None:
    assert not Verifier(SECRET).accepts(header, *REQUEST)


def test_another_secret_or_another_hour_stays_outside() -> None:
    assert not Verifier(b"o" * 32).accepts(sign(SECRET, *REQUEST), *REQUEST)
    with time_machine.travel("2026-01-01T00:00:00Z"):
        old = sign(SECRET, *REQUEST)
    assert not Verifier(SECRET).accepts(old, *REQUEST)
