"""What a code or a name meant on a given day."""

import csv
import datetime as dt
import time
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import UnitAmbiguous, UnitUnknown
from dashboard.units import Tier, Unit, UnitRegistry, agency_code

DATA = Path(__file__).parents[2] / "data"
REGISTRY = UnitRegistry.load(DATA / "units")
UNITS = REGISTRY.all()
MEETING = dt.date(2020, 9, 11)
OCTOBER = dt.date(2025, 10, 31)
CALM = settings(deadline=None)  # names are indexed when the first is asked for
DAYS = st.dates(dt.date(2005, 1, 1), dt.date(2030, 12, 31))
TEXTS = sorted({text for unit in UNITS for text in (unit.gso_code, unit.agency_code, unit.name_vi, unit.full_name_vi) if text})


def published(name: str) -> list[dict[str, str]]:
    with (DATA / "published" / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_country_is_complete_before_and_after_the_mergers() -> None:
    assert [len(REGISTRY.of_tier("province", day)) for day in (MEETING, dt.date(2025, 6, 30), dt.date(2025, 7, 1))] == [63, 63, 34]
    assert len(REGISTRY.of_tier("commune", OCTOBER)) == 3321
    assert len(REGISTRY.of_tier("region", OCTOBER)) == 6
    assert [unit.key for unit in REGISTRY.of_tier("nation", OCTOBER)] == ["vn"]
    assert len(REGISTRY.of_tier("department", OCTOBER, within="an_giang_2025")) == 15


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("24", "bac_giang", "bac_ninh_2025"),
        ("15", "yen_bai", "lao_cai_2025"),
        ("44", "quang_binh", "quang_tri_2025"),
        ("52", "binh_dinh", "gia_lai_2025"),
        ("80", "long_an", "tay_ninh_2025"),
        ("82", "tien_giang", "dong_thap_2025"),
        ("91", "kien_giang", "an_giang_2025"),
        ("46", "thua_thien_hue", "hue"),
        ("20", "lang_son", "lang_son"),
    ],
)
def test_a_statistical_code_means_a_unit_only_on_a_day(code: str, before: str, after: str) -> None:
    assert REGISTRY.resolve(code, MEETING).key == before
    assert REGISTRY.resolve(code, OCTOBER).key == after


def test_a_code_that_went_to_nobody_is_unknown_afterwards_and_says_whose_it_was() -> None:
    assert REGISTRY.resolve("27", MEETING).key == "bac_ninh"
    with pytest.raises(UnitUnknown, match="bac_ninh in red_river_delta, from 2008-08-01 to 2025-06-30"):
        REGISTRY.resolve("27", OCTOBER)


def test_exactly_the_provinces_that_did_not_merge_kept_their_key() -> None:
    kept = {unit.key for unit in REGISTRY.of_tier("province", MEETING)} & {unit.key for unit in REGISTRY.of_tier("province", OCTOBER)}
    assert kept == {"ha_noi", "cao_bang", "dien_bien", "lai_chau", "son_la", "lang_son", "quang_ninh", "thanh_hoa", "nghe_an", "ha_tinh"}


def test_hue_changed_name_and_kind_half_a_year_before_the_mergers() -> None:
    assert REGISTRY.resolve("46", dt.date(2024, 12, 31)).key == "thua_thien_hue"
    assert REGISTRY.resolve("H57", dt.date(2025, 1, 1)).key == "hue"
    assert [unit.key for unit in REGISTRY.predecessors("hue")] == ["thua_thien_hue"]
    assert REGISTRY.successors("hue") == ()


def test_successions_lead_both_ways() -> None:
    assert [unit.key for unit in REGISTRY.predecessors("bac_ninh_2025")] == ["bac_giang", "bac_ninh"]
    assert [unit.key for unit in REGISTRY.successors("bac_giang")] == ["bac_ninh_2025"]
    assert REGISTRY.predecessors("ha_noi") == REGISTRY.successors("ha_noi") == ()
    for unit in UNITS:
        for old in REGISTRY.predecessors(unit.key):
            assert unit in REGISTRY.successors(old.key)
            assert old.tier is unit.tier
            assert old.valid_to is not None
            assert old.valid_to < unit.valid_from
        if unit.tier is Tier.PROVINCE:
            assert (unit.valid_to is None) == (not REGISTRY.successors(unit.key))
            assert len(REGISTRY.successors(unit.key)) <= 1


def test_regions_of_merged_provinces_follow_the_name() -> None:
    regions = {unit.key: unit.region for unit in REGISTRY.of_tier("province", OCTOBER)}
    assert regions["phu_tho_2025"] == "northern_midlands_and_mountains"
    assert regions["tay_ninh_2025"] == "southeast"
    assert regions["gia_lai_2025"] == "central_highlands"
    assert regions["hue"] == "north_central_and_central_coast"


@pytest.mark.parametrize(
    "row", [row for row in published("dvcqg_766_provinces_2025-10.csv") if row["period"] == "2025-10"], ids=lambda r: r["ma_coquan"]
)
def test_each_published_province_is_the_same_by_code_by_agency_code_and_by_name(row: dict[str, str]) -> None:
    texts = (
        row["gso_code"],
        row["ma_coquan"],
        f"000.00.00.{agency_code(row['ma_coquan'])}",
        row["ten"],
        unicodedata.normalize("NFD", row["ten"]).upper(),
    )
    assert len({REGISTRY.resolve(text, OCTOBER).key for text in texts}) == 1


def test_the_published_rows_cover_all_34_provinces() -> None:
    rows = [row for row in published("dvcqg_766_provinces_2025-10.csv") if row["period"] == "2025-10"]
    assert {REGISTRY.resolve(row["ten"], OCTOBER).key for row in rows} == {unit.key for unit in REGISTRY.of_tier("province", OCTOBER)}


def test_every_commune_and_department_published_for_an_giang_is_found_by_its_name() -> None:
    communes = {REGISTRY.resolve(row["TEN"], OCTOBER) for row in published("dvcqg_766_an_giang_communes_2025-10.csv")}
    assert communes == set(REGISTRY.of_tier("commune", OCTOBER, within="an_giang_2025"))
    for row in published("dvcqg_766_an_giang_departments_2025-10.csv"):
        by_name = REGISTRY.resolve(row["TEN"], OCTOBER, within="an_giang_2025")
        assert by_name == REGISTRY.resolve(row["MA_COQUAN"], OCTOBER) == REGISTRY.resolve(row["TEN"], OCTOBER)


def test_a_name_published_with_loose_tone_marks_is_still_that_commune() -> None:
    name = next(row["TEN"] for row in published("dvcqg_766_an_giang_communes_2025-10.csv") if row["MA_COQUAN"] == "H01.113")
    assert name != unicodedata.normalize("NFC", name)
    assert REGISTRY.resolve(name, OCTOBER).gso_code == "30377"


@pytest.mark.parametrize(
    ("text", "day", "key"),
    [
        ("TP. Hồ Chí Minh", OCTOBER, "ho_chi_minh_2025"),
        ("tp Hồ Chí Minh", MEETING, "ho_chi_minh"),
        ("Uỷ ban nhân dân tỉnh Hoà Bình", MEETING, "hoa_binh"),
        ("Ủy ban nhân dân Tỉnh Hòa Bình", MEETING, "hoa_binh"),
        ("Bà Rịa–Vũng Tàu", MEETING, "ba_ria_vung_tau"),
        ("  việt   nam ", OCTOBER, "vn"),
        ("Đông Nam Bộ", OCTOBER, "southeast"),
        ("Đặc khu Phú Quốc", OCTOBER, "phu_quoc_31078_2025"),
        ("Xã Giang Thành (tỉnh An Giang)", OCTOBER, "giang_thanh_30796_2025"),
        ("Xã Giang Thành, tỉnh An Giang", OCTOBER, "giang_thanh_30796_2025"),
    ],
)
def test_names_are_found_in_the_spellings_people_use(text: str, day: dt.date, key: str) -> None:
    assert REGISTRY.resolve(text, day).key == key


def test_the_kind_tells_a_commune_from_a_ward_of_the_same_name() -> None:
    assert REGISTRY.resolve("Xã Long Phú", OCTOBER).parent == "can_tho_2025"
    assert REGISTRY.resolve("Phường Long Phú", OCTOBER).parent == "an_giang_2025"
    with pytest.raises(UnitAmbiguous, match=r"30377.*31639"):
        REGISTRY.resolve("Long Phú", OCTOBER, tier="commune")


def test_a_name_without_its_kind_never_turns_into_a_smaller_unit() -> None:
    assert REGISTRY.resolve("Phường Bắc Giang", OCTOBER).tier is Tier.COMMUNE
    with pytest.raises(UnitUnknown, match=r"bac_giang in .* to 2025-06-30"):
        REGISTRY.resolve("Bắc Giang", OCTOBER)
    with pytest.raises(UnitUnknown):
        REGISTRY.resolve("Sở Y tế", OCTOBER, tier="department")
    assert REGISTRY.resolve("Thành phố Bắc Ninh", MEETING).tier is Tier.DISTRICT
    with pytest.raises(UnitUnknown):
        REGISTRY.resolve("Thành phố Bắc Ninh", MEETING, tier="province")


def test_many_communes_of_one_name_are_listed_and_none_is_chosen() -> None:
    with pytest.raises(UnitAmbiguous, match=r"tan_hoi_24976_2025 in .*tan_hoi_30856_2025 in an_giang_2025"):
        REGISTRY.resolve("xã Tân Hội", OCTOBER)
    assert REGISTRY.resolve("xã Tân Hội", OCTOBER, within="an_giang_2025").gso_code == "30856"


def test_an_unknown_name_is_answered_with_the_nearest_of_its_province() -> None:
    with pytest.raises(UnitUnknown, match=r"within an_giang_2025 is called 'xã Giang Thanh'.*nearest: Xã Giang Thành"):
        REGISTRY.resolve("xã Giang Thanh", OCTOBER, tier="commune", within="an_giang_2025")
    with pytest.raises(UnitUnknown) as refused:
        REGISTRY.resolve("UBND phường Long Phu - tỉnh An Giang", OCTOBER)
    assert "Phường Long Phú (long_phu_30377_2025" in str(refused.value)
    assert "can_tho" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("H05", "H05"),
        ("000.00.00.H05", "H05"),
        ("H05.12", "H05.12"),
        ("000.00.12.H05", "H05.12"),
        ("h01.187", "H01.187"),
        ("003.01.12.H05", "H05.12.01.003"),
        ("H05.12.01.003", "H05.12.01.003"),
        ("H05.12.00.000", "H05.12"),
        ("00.00.00.G22", "G22"),
    ],
)
def test_agency_codes_of_both_notations_become_one(text: str, canonical: str) -> None:
    assert agency_code(text) == canonical == agency_code(canonical)


@pytest.mark.parametrize("text", ["", "05", "H5", "H05.1", "H05-12", "000.00.H05", "Hà Nội", "H05.12.01.003.004"])
def test_what_is_no_agency_code_is_refused(text: str) -> None:
    with pytest.raises(UnitUnknown, match="is no agency code"):
        agency_code(text)


def test_unknown_keys_and_tiers_are_named() -> None:
    with pytest.raises(UnitUnknown, match="'atlantis'"):
        REGISTRY.get("atlantis")
    with pytest.raises(UnitUnknown, match="'atlantis'"):
        REGISTRY.resolve("Hà Nội", OCTOBER, within="atlantis")
    with pytest.raises(UnitUnknown, match="'provinces'"):
        REGISTRY.of_tier("provinces", OCTOBER)


def test_lists_are_in_vietnamese_order() -> None:
    names = [unit.name_vi for unit in REGISTRY.of_tier("province", OCTOBER)]
    assert names[:4] == ["An Giang", "Bắc Ninh", "Cà Mau", "Cao Bằng"]
    assert names[-2:] == ["Tuyên Quang", "Vĩnh Long"]
    communes = REGISTRY.children("an_giang_2025", OCTOBER)
    assert all(one.sort_key <= other.sort_key for one, other in pairwise(communes))
    assert len(communes) == 102 + 15


def test_children_lead_from_the_nation_to_every_unit_of_the_day() -> None:
    reached, waiting = set[str](), ["vn"]
    while waiting:
        key = waiting.pop()
        reached.add(key)
        waiting += [unit.key for unit in REGISTRY.children(key, OCTOBER)]
    assert reached == {unit.key for unit in UNITS if unit.valid(OCTOBER)}


@CALM
@given(st.sampled_from(TEXTS), DAYS, st.none() | st.sampled_from(Tier))
def test_what_is_found_was_valid_on_the_day_and_of_the_tier(text: str, day: dt.date, tier: str | None) -> None:
    try:
        unit = REGISTRY.resolve(text, day, tier)
    except (UnitUnknown, UnitAmbiguous):
        return
    assert unit.valid(day)
    assert tier in (None, unit.tier)


@pytest.mark.parametrize("tier", Tier)
def test_every_unit_is_found_by_its_own_codes_and_full_name_or_is_said_to_be_ambiguous(tier: Tier) -> None:
    for unit in (unit for unit in UNITS if unit.tier is tier):
        for day in (unit.valid_from, unit.valid_to or OCTOBER):
            for code in (unit.gso_code, unit.agency_code):
                assert code is None or REGISTRY.resolve(code, day) is unit
            assert found_or_ambiguous(unit, day)
            assert REGISTRY.resolve(unit.full_name_vi, day, tier, unit.parent) is unit


def found_or_ambiguous(unit: Unit, day: dt.date) -> bool:
    try:
        return REGISTRY.resolve(unit.full_name_vi, day) is unit
    except UnitAmbiguous as several:
        return unit.full_name_vi in str(several)


def test_no_two_units_share_a_name_kind_and_parent_on_a_day() -> None:
    alive = [(unit.parent, unit.full_name_vi) for unit in UNITS if unit.valid(OCTOBER)]
    assert len(alive) == len(set(alive))


def test_loading_costs_little_more_than_reading_the_tables() -> None:
    def read() -> None:
        for table in (DATA / "units").glob("*.csv"):
            with table.open(encoding="utf-8", newline="") as stream:
                list(csv.DictReader(stream))

    def cost(work: Callable[[], object]) -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    # A ratio in one run: the machine is shared. Alone on it, loading takes 30 to 40 ms.
    pairs = [(cost(lambda: UnitRegistry.load(DATA / "units")), cost(read)) for _ in range(7)]
    assert min(load for load, _ in pairs) < 9 * min(plain for _, plain in pairs)
