"""Numbers as they are typed in Vietnam and exported by programs; what could be two numbers is neither."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.formats import number
from dashboard.workbooks.numbers import CellFault, decimal_sign_of, figure
from dashboard.workbooks.reports import Column
from dashboard.workbooks.table import State, Value

WHOLE = Column(measure="m", title_vi="Nhóm / Số")
SHARE = Column(measure="m", title_vi="Nhóm / Tỷ lệ", integer=False, maximum=1e6)


def read(value: Value, column: Column = WHOLE, sign: str = "", state: State = "value") -> float | None:
    return figure(value, state, column, sign)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        (" 12 ", 12),
        ("1.234", 1234),
        ("1,234", 1234),
        ("1.234.567", 1234567),
        ("1 234 567", 1234567),
        ("1\u00a0234", 1234),
        ("+5", 5),
        ("12,0", 12),
        ("12.00", 12),
        ("1.234,00", 1234),
        ("1,234.00", 1234),
    ],
)
def test_whole_numbers(text: str, value: float) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("12,5", "", 12.5),
        ("12.5", "", 12.5),
        ("1.234,5", "", 1234.5),
        ("1,234.5", "", 1234.5),
        ("0,125", "", 0.125),
        ("1,234", ",", 1.234),
        ("1,234", ".", 1234),
        ("1.234", ",", 1234),
        ("1.234", ".", 1.234),
        (",5", "", 0.5),
    ],
)
def test_numbers_with_parts(text: str, sign: str, value: float) -> None:
    assert read(text, SHARE, sign) == value


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        ("mười", "not_a_number", "“mười” không phải là số"),
        ("-", "not_a_number", "để trống nếu chưa có"),
        ("=1+1", "formula_text", "dạng công thức"),
        ("@SUM(A1)", "formula_text", "dạng công thức"),
        ("-1", "negative", "-1"),
        (-3, "negative", "là số âm"),
        ("\u22123", "negative", "là số âm"),
        (1.5, "not_whole", "số nguyên"),
        ("0,5", "not_whole", "số nguyên"),
        ("1,23,456", "not_a_number", "không phải là số"),
        ("12%", "not_a_number", "không phải là số"),
        ("1e5", "not_a_number", "không phải là số"),
        ("١٢", "not_a_number", "không phải là số"),
        (True, "not_a_number", "TRUE"),
        (dt.date(2025, 5, 10), "date", "10/05/2025"),
        (2e9, "out_of_range", "lớn hơn mức cao nhất"),
        ("9" * 100, "out_of_range", ""),
    ],
)
def test_what_is_no_figure_says_why(value: Value, kind: str, words: str) -> None:
    with pytest.raises(CellFault) as caught:
        read(value)
    assert caught.value.kind == kind
    assert words.replace("-1", "−1") in str(caught.value)


def test_what_could_be_two_numbers_is_neither() -> None:
    with pytest.raises(CellFault, match=r"không rõ “1[.]234” là 1[.]234 hay 1,234"):
        read("1.234", SHARE)


def test_formulas_without_a_result() -> None:
    with pytest.raises(CellFault, match="chưa được tính"):
        read(None, state="no_result")
    with pytest.raises(CellFault, match="#REF!"):
        read("#REF!", state="fault")


def test_an_empty_cell_is_no_zero() -> None:
    assert read(None) is None


@given(st.integers(0, 10**9))
def test_every_count_comes_back_as_people_write_it(value: int) -> None:
    for text in (str(value), number(value), f"{value:,}", number(value).replace(".", " "), f" {value} "):
        assert read(text) == value


@given(st.integers(0, 10**8), st.sampled_from([",", "."]))
def test_every_figure_with_two_decimals_comes_back(hundredths: int, sign: str) -> None:
    text = number(hundredths / 100, 2)
    assert read(text if sign == "," else text.translate(str.maketrans(",.", ".,")), SHARE, sign) == hundredths / 100


@pytest.mark.parametrize(
    ("texts", "sign"),
    [(["1.234", "5,5"], ","), (["1,234", "5.55"], "."), (["1.234"], ""), (["1,5", "1.5"], ""), (["1.234.567"], ","), ([], ""), (["a"], "")],
)
def test_the_sign_before_decimals_is_learned_from_what_leaves_no_doubt(texts: list[str], sign: str) -> None:
    assert decimal_sign_of(texts) == sign
