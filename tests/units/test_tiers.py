"""Districts, communes and ministries: what is known of them, on which days, and what became of them."""

import datetime as dt
import unicodedata
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import UnitAmbiguous, UnitUnknown
from dashboard.units import Reckoning, Tier, Unit, UnitRegistry, agency_code, organ_id

REGISTRY = UnitRegistry.load(Path(__file__).parents[2] / "data" / "units")
MEETING = dt.date(2020, 9, 11)
LAST_OLD = dt.date(2025, 6, 30)
FIRST_NEW = dt.date(2025, 7, 1)
OLD_COMMUNES = REGISTRY.of_tier("commune", MEETING)
NAMED = [unit for tier in ("province", "district", "commune", "ministry") for unit in REGISTRY.of_tier(tier, MEETING)]
SHARED = sorted(name for name, bearers in Counter(unit.full_name_vi for unit in NAMED).items() if bearers > 1)


def test_the_tiers_of_2020_and_of_2025_are_complete() -> None:
    def count(day: dt.date) -> dict[str, int]:
        return {tier: len(REGISTRY.of_tier(tier, day)) for tier in ("province", "district", "commune")}

    assert count(MEETING) == {"province": 63, "district": 707, "commune": 10_614}
    assert count(FIRST_NEW) == {"province": 34, "district": 0, "commune": 3_321}
    assert {unit.kind for unit in OLD_COMMUNES} == {"xã", "phường", "thị trấn"}
    assert Counter(unit.kind for unit in REGISTRY.of_tier("district", MEETING)) == {
        "huyện": 529,
        "thành phố": 77,
        "thị xã": 52,
        "quận": 49,
    }


def test_what_is_not_known_is_not_said() -> None:
    assert REGISTRY.of_tier("commune", dt.date(2020, 5, 31)) == (), "the list is of 1/6/2020"
    hue = REGISTRY.of_tier("district", MEETING, within="thua_thien_hue")
    assert {unit.valid_to for unit in hue} == {dt.date(2024, 12, 31)}, "its districts were drawn anew when Huế became a city"
    assert not REGISTRY.of_tier("district", LAST_OLD, within="hue")
    assert len(REGISTRY.of_tier("district", LAST_OLD)) == 707 - len(hue)


@pytest.mark.parametrize("day", [MEETING, LAST_OLD, FIRST_NEW])
def test_children_lead_from_the_nation_to_every_unit_of_the_day(day: dt.date) -> None:
    reached, waiting = set[str](), ["vn"]
    while waiting:
        key = waiting.pop()
        reached.add(key)
        waiting += [unit.key for unit in REGISTRY.children(key, day)]
    assert reached == {unit.key for unit in REGISTRY.all() if unit.valid(day)}


def test_no_unit_outlives_the_one_above_it() -> None:
    for unit in REGISTRY.all():
        above = REGISTRY.get(unit.parent) if unit.parent else unit
        assert above.valid(unit.valid_from)
        assert above.valid_to is None or (unit.valid_to is not None and unit.valid_to <= above.valid_to)


def test_communes_went_whole_into_one_or_divided_into_several_of_the_same_province() -> None:
    fates = Counter(min(len(REGISTRY.successors(unit.key)), 2) for unit in OLD_COMMUNES)
    assert fates == {1: 9_122, 2: 439, 0: 1_053}, "whole, divided, of unknown fate"
    for unit in OLD_COMMUNES:
        province = REGISTRY.above(unit.key, Tier.PROVINCE)
        while province.valid_to is not None:
            (province,) = REGISTRY.successors(province.key)
        assert {heir.parent for heir in REGISTRY.successors(unit.key)} <= {province.key}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Phường Trúc Bạch, Quận Ba Đình, TP. Hà Nội", "truc_bach_00004"),
        ("UBND phường Trúc Bạch - quận Ba Đình - thành phố Hà Nội", "truc_bach_00004"),
        ("P. Trúc Bạch (Q. Ba Đình)", "truc_bach_00004"),
        ("Quận 1", "quan_1_760"),
        ("Q.1, TP Hồ Chí Minh", "quan_1_760"),
        ("Phường 1, Quận 3, TP. Hồ Chí Minh", "phuong_01_27160"),
        ("TX. Sơn Tây", "son_tay_269"),
        ("Huyện Lý Sơn", "ly_son_536"),
        ("Thành phố Bắc Giang", "bac_giang_213"),
        ("TP. Huế, tỉnh Thừa Thiên Huế", "hue_474"),
        ("760", "quan_1_760"),
        ("00004", "truc_bach_00004"),
        ("Bộ Lao động – Thương binh và Xã hội", "bo_lao_dong_thuong_binh_va_xa_hoi"),
        ("000.00.00.G22", "van_phong_chinh_phu"),
        ("Uỷ ban Dân tộc", "uy_ban_dan_toc"),
    ],
)
def test_units_of_2020_are_found_as_people_write_them(text: str, key: str) -> None:
    assert REGISTRY.resolve(text, MEETING).key == key


def test_a_place_that_is_no_more_is_said_to_have_ended() -> None:
    with pytest.raises(UnitUnknown, match=r"'quận 3' on 2026-08-04; it is known as Quận 3 \(quan_3_770 in ho_chi_minh, .* to 2025-06-30\)"):
        REGISTRY.resolve("Phường 1, Quận 3, TP. Hồ Chí Minh", dt.date(2026, 8, 4))


def test_leading_zeros_do_not_count() -> None:
    found = {REGISTRY.resolve(text, MEETING, within="quan_3_770").key for text in ("Phường 1", "Phường 01", "P.01")}
    assert found == {"phuong_01_27160"}


def test_a_bare_name_means_a_province_and_never_its_town() -> None:
    assert REGISTRY.resolve("Bắc Ninh", MEETING).key == "bac_ninh"
    assert REGISTRY.resolve("Thành phố Hồ Chí Minh", MEETING).key == "ho_chi_minh"
    assert REGISTRY.resolve("TP. Huế", dt.date(2025, 2, 1)).key == "hue"
    assert REGISTRY.resolve("TP. Huế", MEETING).key == "hue_474"
    with pytest.raises(UnitUnknown):
        REGISTRY.resolve("Trúc Bạch", MEETING)


def test_between_two_of_one_name_nothing_is_chosen() -> None:
    assert REGISTRY.resolve("Thành phố Cao Lãnh", MEETING) is not REGISTRY.resolve("Huyện Cao Lãnh", MEETING)
    with pytest.raises(UnitAmbiguous, match="Cao Lãnh"):
        REGISTRY.resolve("Cao Lãnh", MEETING, tier="district")
    with pytest.raises(UnitAmbiguous, match=r"and \d+ more"):
        REGISTRY.resolve("Xã Tân Lập", MEETING)
    with pytest.raises(UnitAmbiguous, match="huyện châu thành"):
        REGISTRY.resolve("Thị trấn Châu Thành, huyện Châu Thành", MEETING)


@settings(deadline=None)
@given(st.sampled_from(SHARED))
def test_a_full_name_that_several_bear_is_never_one_of_them_until_its_place_is_said(name: str) -> None:
    with pytest.raises(UnitAmbiguous):
        REGISTRY.resolve(name, MEETING)
    bearers = [unit for unit in NAMED if unit.full_name_vi == name]
    assert len(bearers) > 1
    for unit in bearers:
        assert REGISTRY.resolve(name, MEETING, within=unit.parent) is unit


@settings(deadline=None)
@given(st.sampled_from(NAMED), st.data())
def test_every_spelling_of_a_full_name_means_the_same_or_is_refused(unit: Unit, data: st.DataObject) -> None:
    spelled = data.draw(st.sampled_from(list(spellings(unit.full_name_vi))))
    with suppress(UnitAmbiguous):
        assert REGISTRY.resolve(spelled, MEETING) is unit
    assert REGISTRY.resolve(spelled, MEETING, unit.tier, unit.parent) is unit


def spellings(name: str) -> set[str]:
    """As keyboards, systems and haste write a name."""
    loose = name
    for new, old in (("òa", "oà"), ("óa", "oá"), ("ỏa", "oả"), ("ọa", "oạ"), ("ủy", "uỷ"), ("úy", "uý"), ("òe", "oè"), ("Ủy", "Uỷ")):
        loose = loose.replace(new, old)
    forms = {name, loose, name.upper(), name.lower(), f"  {name.replace(' ', '  ')} ", f"UBND {name}", name.replace("-", "–")}
    return forms | {unicodedata.normalize("NFD", form) for form in forms}


def test_there_were_22_ministries_and_since_march_2025_there_are_17() -> None:
    counts = [len(REGISTRY.of_tier("ministry", day)) for day in (MEETING, dt.date(2025, 2, 28), dt.date(2025, 3, 1))]
    assert counts == [22, 22, 17]
    assert [REGISTRY.resolve("G10", day).full_name_vi for day in (MEETING, FIRST_NEW)] == [
        "Bộ Nông nghiệp và Phát triển nông thôn",
        "Bộ Nông nghiệp và Môi trường",
    ]
    assert {unit.key for unit in REGISTRY.predecessors("bo_khoa_hoc_va_cong_nghe_2025")} == {
        "bo_khoa_hoc_va_cong_nghe",
        "bo_thong_tin_va_truyen_thong",
    }
    for unit in REGISTRY.of_tier("ministry", MEETING):
        assert unit.valid_to is None or REGISTRY.successors(unit.key), f"{unit.key} went somewhere"


def test_agency_codes_are_written_in_both_notations() -> None:
    assert [organ_id(code) for code in ("H05", "H05.12", "G22", "H05.12.01.003")] == [
        "000.00.00.H05",
        "000.00.12.H05",
        "000.00.00.G22",
        "003.01.12.H05",
    ]
    for unit in REGISTRY.all():
        if unit.agency_code is not None:
            assert agency_code(organ_id(unit.agency_code)) == unit.agency_code
    with pytest.raises(UnitUnknown, match="is no agency code"):
        organ_id("Hà Nội")


def test_people_are_counted_in_one_way_at_a_time() -> None:
    census, registered = REGISTRY.populations(Reckoning.CENSUS_2019), REGISTRY.populations(Reckoning.REGISTERED_2025)
    assert (len(census), len(registered)) == (63, 34)
    assert (census["ha_noi"], registered["ha_noi"]) == (8_053_663, 8_807_523)
    assert "bac_giang" not in registered
    assert "bac_ninh_2025" not in census
    assert set(REGISTRY.populations(Reckoning.CENSUS_2009)) == set(census)
    assert all(reckoning.source_vi for reckoning in Reckoning)


def test_a_unit_knows_what_lies_above_it() -> None:
    assert REGISTRY.above("truc_bach_00004", Tier.PROVINCE).key == "ha_noi"
    assert REGISTRY.above("ha_noi", Tier.PROVINCE).key == "ha_noi"
    with pytest.raises(UnitUnknown, match="bo_y_te lies in no province"):
        REGISTRY.above("bo_y_te", Tier.PROVINCE)
