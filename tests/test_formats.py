"""Numbers, instants and names as people in Vietnam write them."""

import datetime as dt
import math
import unicodedata
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import formats
from dashboard.errors import DashboardError

UTC_INSTANT = dt.datetime(2025, 11, 20, 7, 32, tzinfo=dt.UTC)
VIETNAMESE = st.text(alphabet="aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ HĐÀÁÂĂƠƯ-'0189")
FINITE = st.floats(allow_nan=False, allow_infinity=False)


def in_order(names: list[str]) -> bool:
    keys = [formats.sort_key(name) for name in names]
    return all(before < after for before, after in pairwise(keys))


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234567.891, 2, "1.234.567,89"),
        (91.5, 2, "91,50"),
        (0, 0, "0"),
        (999, 0, "999"),
        (1000, 0, "1.000"),
        (-1234.5, 1, "\u22121.234,5"),
        (84.805, 2, "84,81"),
        (-84.805, 2, "\u221284,81"),
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (-0.001, 2, "0,00"),
        (1e22, 0, "10.000.000.000.000.000.000.000"),
        (Decimal("0.005"), 2, "0,01"),
    ],
)
def test_a_number_has_dots_between_thousands_and_halves_go_away_from_zero(value: float, decimals: int, text: str) -> None:
    assert formats.number(value, decimals) == text


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_never_shown_as_a_number(value: float) -> None:
    with pytest.raises(DashboardError, match="not a finite number"):
        formats.number(value)


@pytest.mark.parametrize(
    ("value", "text"), [(0.16, "+0,16"), (-0.33, "\u22120,33"), (0, "0,00"), (0.004, "0,00"), (-0.004, "0,00"), (1234, "+1.234,00")]
)
def test_a_change_bears_its_sign_and_zero_none(value: float, text: str) -> None:
    assert formats.signed(value) == text


def test_ratios_scores_and_intervals() -> None:
    assert formats.percent(0.9081, 2) == "90,81%"
    assert formats.percent(0.285, 0) == "29%"
    assert formats.percent(1, 0) == "100%"
    assert formats.score(91.7) == "91,70"
    assert formats.interval(9, 15) == "9–15"
    assert formats.interval(9, 9) == "9"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (26_700_000_000, "26,7 tỷ"),
        (1_200_000, "1,2 triệu"),
        (1_000_000, "1 triệu"),
        (854_000, "854.000"),
        (999_999.6, "1 triệu"),
        (999_960_000, "1 tỷ"),
        (999_940_000, "999,9 triệu"),
        (12_345_000_000_000, "12.345 tỷ"),
        (-3_450_000, "\u22123,5 triệu"),
        (0, "0"),
    ],
)
def test_a_large_count_is_written_in_words(value: float, text: str) -> None:
    assert formats.compact(value) == text


def test_instants_are_shown_in_hanoi_whatever_their_zone() -> None:
    assert formats.moment(UTC_INSTANT) == "14:32 20/11/2025"
    assert formats.clock(UTC_INSTANT) == "14:32"
    assert formats.date(dt.datetime(2025, 10, 31, 20, tzinfo=dt.UTC)) == "01/11/2025"
    assert formats.date(dt.date(2020, 9, 11)) == "11/09/2020"


def test_an_instant_without_a_zone_is_refused() -> None:
    for show in (formats.date, formats.clock, formats.moment):
        with pytest.raises(DashboardError, match="without a zone"):
            show(UTC_INSTANT.replace(tzinfo=None))


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=3), st.integers(0, 3))
def test_a_written_number_reads_back_within_half_a_unit(value: Decimal, decimals: int) -> None:
    text = formats.number(value, decimals)
    back = Decimal(text.replace(".", "").replace(",", ".").replace("\u2212", "-"))
    assert abs(back - value) <= Decimal(5).scaleb(-decimals - 1)


@given(FINITE, st.integers(0, 4))
def test_every_finite_number_can_be_written_and_mirrors_its_negative(value: float, decimals: int) -> None:
    assert formats.number(-value, decimals).lstrip("\u2212") == formats.number(value, decimals).lstrip("\u2212")


def test_names_stand_in_the_order_of_the_vietnamese_alphabet() -> None:
    ordered = ["An Giang", "Bà Rịa - Vũng Tàu", "Bạc Liêu", "Bắc Giang", "Bắc Kạn", "Bắc Ninh", "Bến Tre", "Cà Mau", "Cao Bằng", "Cần Thơ"]
    ordered += ["Đà Nẵng", "Đắk Lắk", "Điện Biên", "Đồng Nai", "Gia Lai", "Hà Nội", "Hồ Chí Minh", "Huế", "Hưng Yên", "Khánh Hòa"]
    assert in_order(ordered)


def test_tones_decide_only_between_the_same_letters() -> None:
    ordered = ["ma", "mà", "mả", "mã", "má", "mạ", "mă", "mâ", "mẫu", "mb"]
    assert in_order(ordered)
    assert formats.sort_key("Hoà An") < formats.sort_key("Hòa Bình") < formats.sort_key("Hoà Cường")
    assert sorted(["Da", "Đa", "Du"], key=formats.sort_key) == ["Da", "Du", "Đa"]


def test_numbers_in_names_are_ordered_by_their_value() -> None:
    names = ["Phường 1", "Phường 2", "Phường 10", "Phường 100", "Phường An"]
    assert in_order(names)


@given(st.lists(st.text(), max_size=6))
def test_the_order_is_total_and_the_same_in_bytes_as_in_characters(texts: list[str]) -> None:
    texts = [text.replace("\0", "").encode("utf-8", "ignore").decode() for text in texts]
    keys = [formats.sort_key(text) for text in texts]
    assert sorted(keys) == sorted(keys, key=lambda key: key.encode())
    for one, key in zip(texts, keys, strict=True):
        for other, other_key in zip(texts, keys, strict=True):
            same = unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)
            assert (key == other_key) == same


@given(st.text())
def test_the_search_form_is_ascii_and_stays_itself(text: str) -> None:
    once = formats.plain(text)
    assert once.isascii()
    assert once == once.lower() == formats.plain(once)


def test_the_search_form_of_a_name() -> None:
    assert formats.plain("  Đắk  Lắk ") == "dak lak"
    assert formats.plain("Bà Rịa – Vũng Tàu") == "ba ria - vung tau"


@given(VIETNAMESE)
def test_the_matching_form_ignores_composition_and_case_and_stays_itself(text: str) -> None:
    once = formats.same_text(text)
    assert once == formats.same_text(once)
    assert once == formats.same_text(unicodedata.normalize("NFD", text)) == formats.same_text(text.upper())


def test_the_matching_form_ignores_where_the_tone_stands_but_not_the_tone() -> None:
    for one, other in (("Hoà Bình", "Hòa Bình"), ("Thuỷ Nguyên", "THỦY NGUYÊN"), ("Khoẻ", "Khỏe"), ("Hoà - Hoá", "Hòa - Hóa")):
        assert formats.same_text(one) == formats.same_text(other)
    assert formats.same_text("Thanh Hóa") != formats.same_text("Thanh Hòa")
    assert formats.same_text("Hoa Lư") != formats.same_text("Hòa Lư")
