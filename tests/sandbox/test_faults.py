"""The scenario of faults: read from a file, each at its time and for its share, always the same."""

import datetime as dt
from pathlib import Path

import pytest

from dashboard.errors import ConfigurationError
from dashboard.formats import HANOI
from dashboard.sandbox.dossiers import LIFE, Archive
from dashboard.sandbox.faults import Fault, Scenario, late_workbooks, strikes
from tests.sandbox.stage import players, world

START = dt.datetime(2026, 11, 20, 8, 0, tzinfo=HANOI)


def test_a_fault_holds_at_its_time_again_and_again() -> None:
    fault = Fault(kind="down", after_minutes=10, for_minutes=5, every_minutes=60, service="DongBoHoSoMC")
    scenario = Scenario((fault,), START)
    held = [minute for minute in range(0, 140, 5) if scenario.now("down", "DongBoHoSoMC", START + dt.timedelta(minutes=minute))]
    assert held == [10, 70, 130]
    assert scenario.now("down", "CapNhatTienDoHoSoMC", START + dt.timedelta(minutes=10)) is None
    assert scenario.now("slow", "DongBoHoSoMC", START + dt.timedelta(minutes=10)) is None


def test_a_share_of_the_provinces_hands_in_late_and_the_portal_is_none_the_later(tmp_path: Path) -> None:
    path = tmp_path / "faults.toml"
    path.write_text("[[fault]]\nkind = 'late'\nservice = 'workbooks'\nshare = 0.3\nminutes = 30", encoding="utf-8")
    scenario = Scenario.read(path, START)
    provinces = [f"tinh_{number}" for number in range(100)]
    late = late_workbooks(scenario, provinces)
    assert 15 < len(late.units) < 45
    assert late == late_workbooks(scenario, reversed(provinces))
    assert late.after == dt.timedelta(minutes=30)
    assert scenario.now("late", "DongBoHoSoMC", START) is None
    assert late_workbooks(Scenario((Fault(kind="late"),), START), provinces).units == frozenset(), "that is the portal"


def test_a_share_strikes_the_same_ones_each_time() -> None:
    fault = Fault(kind="duplicate", share=0.3)
    struck = [strikes(fault, one) for one in range(1000)]
    assert struck == [strikes(fault, one) for one in range(1000)]
    assert 200 < sum(struck) < 400
    assert not strikes(None, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[fault]]\nkind = 'gone'", r"fault\.0\.kind"),
        ("[[fault]]\nkind = 'late'\nfor_minutes = 5", "late all the time"),
        ("[fault", "cannot be read"),
        ("[[fault]]\nkind = 'down'\nwhen = 1", r"fault\.0\.when"),
        ("[[fault]]\nkind = 'slow'\nservice = 'workbooks'", "late or in time"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "faults.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=said):
        Scenario.read(path, START)
    with pytest.raises(ConfigurationError, match="DASHBOARD_SANDBOX_SCENARIO"):
        Scenario.read(tmp_path / "none.toml", START)
    assert Scenario.read(None, START).faults == ()


def test_dossiers_are_the_same_from_the_same_seed_and_their_ways_lead_forward() -> None:
    day = START.date()
    some = players(day)[:4]
    archive, again = (Archive(world(), some, day, scale=0.05) for _ in range(2))
    assert archive.of_day(day) == again.of_day(day)
    assert len(archive.of_day(day)) > 30
    assert len({one.number for one in archive.of_day(day)}) == len(archive.of_day(day))
    for one in archive.of_day(day):
        instants = [step.at for step in one.steps]
        assert instants == sorted(instants)
        assert instants[-1] - instants[0] < LIFE
        assert one.status(instants[-1]) == one.steps[-1]
    assert not list(archive.alive(START - dt.timedelta(days=30), START - dt.timedelta(days=20))), "nothing before the first day"
