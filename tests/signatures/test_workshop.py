"""The process that checks: it answers in order, survives what kills it, and reads its list of trust anew."""

import io
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.signatures import worker
from dashboard.signatures.verifying import Verifier
from dashboard.signatures.workshop import Job, Workshop
from tests.messages import PEOPLE
from tests.patience import PATIENCE
from tests.signatures.made import AGENCY, AT, PEN, PERSON, authority, message

KEY = b"k" * 32


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """A process that trusts the tests' authority for simulated messages only."""
    authority().publish(tmp_path / "simulated", [AGENCY.agency])
    made = Workshop(KEY, {"simulated": tmp_path / "simulated", "real": tmp_path / "real"}, patience=PATIENCE)
    yield made
    made.close()


def jobs(*contents: bytes, trust: str = "simulated") -> list[Job]:
    """Messages of one instant."""
    return [Job(content, AT, trust) for content in contents]


def test_it_answers_in_order_starts_again_when_killed_and_trusts_each_message_by_its_own_list(shop: Workshop) -> None:
    contents = [PEN.sign(message()), b"no message", message(), PEN.but(holder=PERSON).sign(message())]
    found = shop.verdicts(jobs(*contents))
    assert [one.state if one else None for one in found] == ["valid", None, "unsigned", "valid"]
    assert [len(one.people) for one in found if one] == [0, 0, 1]
    assert [one.state for one in shop.verdicts(jobs(contents[0], trust="real")) if one] == ["untrusted"]
    assert shop._process is not None
    os.kill(shop._process.pid, signal.SIGKILL)
    assert [one.state for one in shop.verdicts(jobs(contents[0])) if one] == ["valid"]


def test_what_hangs_is_killed_and_the_others_are_checked(shop: Workshop) -> None:
    good = PEN.sign(message())
    shop.verdicts(jobs(good))
    assert shop._process is not None
    shop.patience = 0.3
    os.kill(shop._process.pid, signal.SIGSTOP)
    assert shop.verdicts(jobs(good)) == [None]
    shop.patience = PATIENCE
    assert [one.state for one in shop.verdicts(jobs(good, good)) if one] == ["valid", "valid"]


def test_the_list_is_read_anew_when_its_folder_changes_and_the_old_one_stays_when_it_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    watched, now = worker.Watched(tmp_path), time.monotonic()
    monkeypatch.setattr("dashboard.signatures.worker.time.monotonic", lambda: now)
    assert not watched.current().anchors
    authority().publish(tmp_path, [])
    assert not watched.current().anchors, "it looks every ten seconds"
    monkeypatch.setattr("dashboard.signatures.worker.time.monotonic", lambda: now + 60)
    assert len(watched.current().anchors) == 1
    (tmp_path / "bad.pem").write_bytes(b"x")
    monkeypatch.setattr("dashboard.signatures.worker.time.monotonic", lambda: now + 120)
    assert len(watched.current().anchors) == 1
    assert "bad.pem" in capsys.readouterr().err


def test_an_unforeseen_fault_of_one_message_is_told_by_its_name_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError(PEOPLE[0])

    monkeypatch.setattr(Verifier, "verdict", fails)
    inward = json.dumps({"key": "00" * 32, "trust": {"real": str(tmp_path)}}).encode() + b"\n"
    inward += json.dumps([[3, AT.isoformat(), "real"]]).encode() + b"\nabc"
    outward = io.BytesIO()
    worker.serve(io.BytesIO(inward), outward)
    assert outward.getvalue() == b"[null]\n"
    told = capsys.readouterr().err
    assert "RuntimeError" in told
    assert PEOPLE[0] not in told
