"""Counts carried to other borders: nothing lost, nothing guessed, never backward."""

import datetime as dt
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.catalog import Kind
from dashboard.errors import BoundariesError, UnitUnknown
from dashboard.figures.folding import DRAWN, Borders, Folded, borders_on, fold, refusal
from dashboard.units import Reckoning, UnitRegistry

UNITS = UnitRegistry.load(Path(__file__).parents[2] / "data" / "units")
OLD = {tier: [unit.key for unit in UNITS.of_tier(tier, DRAWN["2020"])] for tier in ("province", "district", "commune")}
NEW = {tier: [unit.key for unit in UNITS.of_tier(tier, DRAWN["2025"])] for tier in ("province", "commune")}
CALM = settings(deadline=None)  # the machine is shared
COUNT = st.integers(0, 10**9)
ADDED: list[Kind] = ["flow", "stock", "histogram"]
# Communes of a few districts, so that whole, divided and unknown ones meet in one new commune.
SOME = [unit.key for district in OLD["district"][::60] for unit in UNITS.children(district, DRAWN["2020"])]
GIVEN = st.sampled_from([OLD["province"], SOME, OLD["district"][::7]]).flatmap(
    lambda keys: st.dictionaries(st.sampled_from(keys), COUNT, min_size=1)
)
COMMUNES = st.dictionaries(st.sampled_from(SOME), COUNT, min_size=1)


def forward(values: dict[str, float], tier: str = "province") -> Folded:
    return fold(UNITS, values, "flow", "2020", "2025", tier)


@CALM
@given(GIVEN, st.sampled_from(ADDED))
def test_the_total_of_the_country_is_conserved_by_province(values: dict[str, float], kind: Kind) -> None:
    folded = fold(UNITS, values, kind, "2020", "2025", "province")
    assert sum(folded.values.values()) == sum(values.values())
    assert set(folded.values) <= set(NEW["province"])
    assert not folded.left


@CALM
@given(COMMUNES)
def test_what_is_folded_and_what_is_left_is_what_was_given(values: dict[str, float]) -> None:
    folded = forward(values, "commune")
    assert sum(folded.values.values()) + sum(values[key] for key in folded.left) == sum(values.values())
    assert set(folded.values) <= set(NEW["commune"])
    for key in folded.left:
        assert len(UNITS.successors(key)) != 1
    for new, olds in folded.gaps.items():
        assert new in folded.values
        assert all(old not in values or (old in folded.left and values[old] > 0) for old in olds)


@CALM
@given(COMMUNES)
def test_communes_folded_by_commune_never_leave_their_province(values: dict[str, float]) -> None:
    by_commune, by_province = forward(values, "commune"), forward(values)
    for province, total in by_province.values.items():
        inside = sum(value for key, value in by_commune.values.items() if UNITS.above(key, "province").key == province)
        left = sum(values[key] for key in by_commune.left if province in heirs_of_province(key))
        assert inside + left == total


def heirs_of_province(key: str) -> set[str]:
    province = UNITS.above(key, "province")
    while province.valid_to is not None:
        (province,) = UNITS.successors(province.key)
    return {province.key}


@CALM
@given(GIVEN, st.randoms(use_true_random=False))
def test_the_order_in_which_counts_come_does_not_matter(values: dict[str, float], chance: Random) -> None:
    shuffled = list(values.items())
    chance.shuffle(shuffled)
    assert forward(dict(shuffled)) == forward(values)


@CALM
@given(st.dictionaries(st.sampled_from(OLD["province"]), st.floats(0, 1e12), min_size=2), st.randoms(use_true_random=False))
def test_not_even_for_fractions(values: dict[str, float], chance: Random) -> None:
    shuffled = list(values.items())
    chance.shuffle(shuffled)
    assert forward(dict(shuffled)).values == forward(values).values


@CALM
@given(GIVEN)
def test_what_is_folded_stays_as_it_is_when_folded_again(values: dict[str, float]) -> None:
    folded = forward(values)
    again = fold(UNITS, folded.values, "flow", "2025", "2025", "province")
    assert again == Folded(folded.values, {}, {})


@CALM
@given(st.sampled_from([OLD["province"], SOME]).flatmap(lambda keys: st.dictionaries(st.sampled_from(keys), COUNT)))
def test_even_scores_stay_as_they_are_in_their_own_borders(values: dict[str, float]) -> None:
    tier = UNITS.get(next(iter(values))).tier if values else "province"
    assert fold(UNITS, values, "official", "2020", "2020", tier) == Folded(values, {}, {})


@CALM
@given(GIVEN)
def test_by_way_of_the_old_province_is_the_same_as_straight(values: dict[str, float]) -> None:
    old = fold(UNITS, values, "flow", "2020", "2020", "province")
    assert forward(dict(old.values)).values == forward(values).values


@CALM
@given(st.dictionaries(st.sampled_from(NEW["province"]), COUNT), st.sampled_from(ADDED))
def test_nothing_is_folded_backward(values: dict[str, float], kind: Kind) -> None:
    with pytest.raises(BoundariesError, match="không quy đổi ngược được"):
        fold(UNITS, values, kind, "2025", "2020", "province")


@pytest.mark.parametrize("kind", ["official", "fact", "distinct"])
@pytest.mark.parametrize(("origin", "target"), [("2020", "2025"), ("2025", "2020")])
def test_what_cannot_be_added_cannot_be_folded(kind: Kind, origin: Borders, target: Borders) -> None:
    with pytest.raises(BoundariesError, match=r"^không quy đổi được"):
        fold(UNITS, {"ha_noi": 90.5}, kind, origin, target, "province")
    assert refusal(kind, origin, origin) is None


def test_the_census_of_the_63_gives_that_of_the_34() -> None:
    folded = forward(dict(UNITS.populations(Reckoning.CENSUS_2019)))
    assert sum(folded.values.values()) == 96_208_984
    assert folded.values["bac_ninh_2025"] == 1_803_950 + 1_368_840
    assert set(folded.values) == set(NEW["province"])
    assert not folded.gaps


def test_a_province_that_did_not_report_leaves_a_gap_and_no_zero() -> None:
    folded = forward({"bac_ninh": 7})
    assert folded == Folded({"bac_ninh_2025": 7}, {}, {"bac_ninh_2025": ("bac_giang",)})
    assert forward({"bac_ninh": 7, "bac_giang": 0}).gaps == {}
    assert forward({"hue": 3}) == Folded({"hue": 3}, {}, {}), "told under its newer name"


def test_a_divided_commune_is_left_by_commune_and_counted_by_province() -> None:
    divided, other = "doi_can_00022", "truc_bach_00004"
    assert len(UNITS.successors(divided)) == 2
    (heir,) = UNITS.successors(other)
    folded = forward({divided: 5, other: 2}, "commune")
    assert folded.values == {heir.key: 2}
    assert "đã chia cho" in folded.left[divided]
    assert divided in folded.gaps[heir.key]
    assert sum(forward({divided: 5, other: 2}).values.values()) == 7
    assert divided not in forward({divided: 0, other: 2}, "commune").gaps.get(heir.key, ()), "a part of nothing is nothing"


def test_a_commune_of_unknown_fate_is_said_to_be_so_and_may_be_missing_next_door() -> None:
    lost = UNITS.resolve("Phường Nguyễn Trung Trực, quận Ba Đình, thành phố Hà Nội", DRAWN["2020"])
    kept = UNITS.resolve("Phường Trúc Bạch, quận Ba Đình, thành phố Hà Nội", DRAWN["2020"])
    assert UNITS.successors(lost.key) == ()
    folded = forward({lost.key: 4}, "commune")
    assert not folded.values
    assert "không có nguồn" in folded.left[lost.key]
    assert forward({lost.key: 4}).values == {"ha_noi": 4}
    (heir,) = UNITS.successors(kept.key)
    assert lost.key in forward({kept.key: 1, lost.key: 4}, "commune").gaps[heir.key]


@pytest.mark.parametrize(
    ("values", "tier", "said"),
    [
        ({"ha_noi": 1, "ba_dinh_001": 1}, "province", "nhiều cấp"),
        ({"bac_ninh_2025": 1}, "province", "không có trong địa giới 2020"),
        ({"ha_noi": 1}, "commune", "không quy đổi được sang cấp commune"),
        ({"ba_dinh_001": 1}, "commune", "không quy đổi được sang cấp commune"),
        ({"ha_noi": 1}, "region", "không quy đổi được sang cấp region"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(values: dict[str, float], tier: str, said: str) -> None:
    with pytest.raises(BoundariesError, match=said):
        forward(values, tier)


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(UnitUnknown, match="atlantis"):
        forward({"atlantis": 1})


def test_borders_changed_on_the_first_of_july() -> None:
    assert [borders_on(dt.date(2025, 6, 30)), borders_on(dt.date(2025, 7, 1))] == ["2020", "2025"]


def test_nothing_given_is_nothing_folded() -> None:
    assert forward({}) == Folded({}, {}, {})
