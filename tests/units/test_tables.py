"""A damaged table stops the start with one line that names file and line."""

import shutil
from pathlib import Path

import pytest

from dashboard.errors import ConfigurationError
from dashboard.units import UnitRegistry

DATA = Path(__file__).parents[2] / "data" / "units"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "đơn vị"))


def damage(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("provinces_2020.csv", "\n04,", "\n4,", r"provinces_2020\.csv, line 4: gso_code must be 2 digits, not '4'"),
        ("provinces_2020.csv", "\n04,", "\n01,", r"provinces_2020\.csv, line 4: the code 01 stands there twice"),
        ("provinces_2020.csv", "codename", "code_name", r"provinces_2020\.csv, line 1: no column codename"),
        ("provinces_2020.csv", "H26,", "26H,", r"provinces_2020\.csv, line 2: '26H' is no agency code"),
        ("provinces_2020.csv", ",H14,", ",H26,", r"cao_bang and ha_noi both bear the code H26"),
        ("provinces_2025.csv", "bac_ninh", "bac_nin", r"provinces_2025\.csv, line 12: bac_nin \(24\) needs"),
        ("provinces_2025.csv", "\n96,", "\n95,", r"provinces_2025\.csv, line 35: ca_mau \(95\) needs"),
        ("mergers_2025.csv", "\n02,", "\n03,", r"mergers_2025\.csv, line 3: no province bore the code 03"),
        ("mergers_2025.csv", "\n02,Hà Giang,08,Tuyên Quang", "", r"mergers_2025\.csv: no row for 02"),
        ("renamed.csv", "2025-01-01", "2025-1-1", r"renamed\.csv, line 2: valid_from is no day"),
        ("renamed.csv", "thua_thien_hue", "thua_thien", r"renamed\.csv, line 2: no province has the key thua_thien"),
        ("population_34.csv", "8807523", "8.8e6", r"population_34\.csv, line 2: pop_registered_2025 is no count: '8\.8e6'"),
        ("communes_2025.csv", "Phường Ba Đình,Phường", "Ba Đình,Phường", r"communes_2025\.csv, line 2: 'Ba Đình' begins with none"),
        ("communes_2025.csv", "\n01,00008,", "\n99,00008,", r"communes_2025\.csv, line 3: no province bears the code 99"),
        ("communes_2025.csv", "01,00008,Phường Ngọc Hà,", "01,00008,", r"communes_2025\.csv, line 3: 6 fields, 7 expected"),
        ("communes_2025.csv", "\n01,00008,", "\n04,00008,", r"communes_2025\.csv: 125 communes of province 01, 126 expected"),
        ("communes_2025.csv", ",00008,Phường", ",00004,Phường", r"communes_2025\.csv, line 3: the code 00004 stands there twice"),
        ("communes_2020.csv", "\n00004,001", "\n00001,001", r"communes_2020\.csv, line 3: the code 00001 stands there twice"),
        ("communes_2020.csv", "\n00004,001", "\n00004,999", r"communes_2020\.csv, line 3: no district bears the code 999"),
        ("communes_2020.csv", "\n00004,001", "\n00004,002", r"communes_2020\.csv: 13 communes of district 001, 14 expected"),
        ("communes_2020.csv", "Phường Phúc Xá", "Phúc Xá", r"communes_2020\.csv, line 2: 'Phúc Xá' begins with none"),
        ("districts_2020.csv", "\n002,01", "\n002,03", r"districts_2020\.csv, line 3: no province bears the code 03"),
        ("districts_2020.csv", "Quận Ba Đình", "Kẻ Ba Đình", r"districts_2020\.csv, line 2: 'Kẻ Ba Đình' begins with none"),
        ("commune_successions.csv", "\n00004,", "\n00005,", r"commune_successions\.csv, line 2: no commune of 2025 bears the code 00005"),
        ("commune_successions.csv", ",00004;", ",00005;", r"commune_successions\.csv, line 2: no commune of 2020 bears the code 00005"),
        ("commune_successions.csv", ",00004;", ",0004;", r"commune_successions\.csv, line 2: whole_from must be codes of 5 digits"),
        ("commune_successions.csv", ",00004;", ",00016;", r"line 2: 00016 went whole into one commune and yet into ba_dinh_00004_2025"),
        ("population_63.csv", "8053663", "-1", r"population_63\.csv, line 2: pop_census_2019 is no count: '-1'"),
        ("ministries.csv", "G02", "G01", r"bo_cong_thuong and bo_cong_an both bear the code G01"),
        ("ministries.csv", ",bo_xay_dung_2025\n", ",bo_y_te\n", r"ministries\.csv, line 5: bo_y_te must begin on the day after"),
        ("agencies.csv", "Sở Y tế,Sở", ",Sở", r"agencies\.csv, line 11: name_vi is empty"),
        ("agencies.csv", "an_giang_2025", "atlantis", r"agencies\.csv, line 2: no unit has the key atlantis"),
        ("agencies.csv", "H01.02,", "H01.01,", r"agencies\.csv, line 3: h01_01 stands there twice"),
        ("agencies.csv", "Sở Nội vụ,", '"Sở Nội vụ"x,', r"agencies\.csv, line \d+: .*expected after"),
    ],
)
def test_a_damaged_table_is_named_with_its_line(folder: Path, table: str, old: str, new: str, said: str) -> None:
    damage(folder / table, old, new)
    with pytest.raises(ConfigurationError, match=said):
        UnitRegistry.load(folder)


@pytest.mark.parametrize("table", sorted(path.name for path in DATA.glob("*.csv")))
def test_a_missing_or_unreadable_table_is_named(folder: Path, table: str) -> None:
    (folder / table).write_bytes(b"\xff\xfe broken")
    with pytest.raises(ConfigurationError, match=table):
        UnitRegistry.load(folder)
    (folder / table).unlink()
    with pytest.raises(ConfigurationError, match=table):
        UnitRegistry.load(folder)
