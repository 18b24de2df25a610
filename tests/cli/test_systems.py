"""What the sandbox plays, and in which order."""

import asyncio
import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli import systems
from dashboard.errors import FeedError
from dashboard.sandbox.faults import Late
from dashboard.sandbox.workbooks import CAST
from dashboard.settings import Settings


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Late | None]]:
    """What was played, and who was late in it."""
    played: list[tuple[str, Late | None]] = []

    def note(name: str) -> Callable[..., None]:
        return lambda *given: played.append((name, next((one for one in given if isinstance(one, Late)), None)))

    async def send(*_: object) -> None:
        played.append(("gateways", None))
        raise FeedError("real figures here")

    monkeypatch.setattr(systems, "_hand_in", note("workbooks"))
    monkeypatch.setattr(systems, "_catch_up", note("history"))
    monkeypatch.setattr(systems, "_send", send)
    return played


def play(database_url: str, folder: Path, faults: Path | None, **more: Any) -> None:
    settings = Settings.model_validate({"var_dir": folder, "sandbox_scenario": faults})
    systems.keep_playing(settings, database_url, systems.Play(**more), with_history=True)


def test_a_workbook_waits_for_approval_before_years_of_history_are_written(
    database_url: str, tmp_path: Path, told: list[tuple[str, Late | None]]
) -> None:
    play(database_url, tmp_path, None)
    assert [name for name, _ in told] == ["workbooks", "history", "gateways"]
    assert told[1][1] == Late()


def test_who_is_late_is_left_out_of_the_history_and_never_one_of_the_cast(
    database_url: str, tmp_path: Path, told: list[tuple[str, Late | None]]
) -> None:
    scenario = tmp_path / "faults.toml"
    scenario.write_text("[[fault]]\nkind = 'late'\nservice = 'workbooks'\nshare = 1\nminutes = 30", encoding="utf-8")
    play(database_url, tmp_path, scenario)
    late = told[1][1]
    assert late is not None
    assert len(late.units) == 34 - len(CAST)
    assert not late.units & CAST.keys()
    told.clear()
    play(database_url, tmp_path, scenario, scenario="2020")
    assert told[1][1] == Late(), "in 2020 nobody reports by workbook"


@pytest.mark.parametrize("units", [frozenset({"hue"}), frozenset()])
def test_who_was_late_hands_in_when_the_time_has_come(units: frozenset[str], tmp_path: Path, told: list[tuple[str, Late | None]]) -> None:
    late = Late(units, dt.timedelta(minutes=30))
    begun = time.monotonic() - 3600
    settings = Settings.model_validate({"var_dir": tmp_path})
    asyncio.run(systems._hand_in_late(settings, None, systems.Play(), systems._Awaited(late, begun)))  # type: ignore[arg-type]
    assert told == ([("workbooks", late)] if units else [])
    assert 1790 < systems._Awaited(late, time.monotonic()).seconds <= 1800
