"""What charts draw is safe by construction."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.markup import Markup, joined, share, short, tag, text


@given(st.text())
def test_no_text_becomes_a_tag_or_leaves_its_attribute(words: str) -> None:
    drawn = tag("a", words, title=words)
    inner = drawn.removeprefix('<a title="').removesuffix("</a>")
    assert inner.count("<") == 0
    assert inner.count('"') == 1, "only the quotation mark that closes the attribute"


def test_markup_stands_as_it_is_and_text_is_escaped() -> None:
    assert tag("b", tag("i", "x"), "<script>") == "<b><i>x</i>&lt;script&gt;</b>"
    assert text(text("&")) == "&amp;"


def test_attributes_keep_their_svg_names_and_leave_out_what_is_not_given() -> None:
    drawn = tag("svg", viewBox="0 0 1 1", stroke_width=1.50, class_=None, hidden=True, open=False)
    assert drawn == '<svg viewBox="0 0 1 1" stroke-width="1.5" hidden></svg>'


def test_void_elements_close_themselves() -> None:
    assert tag("br") == "<br/>"


def test_missing_parts_are_left_out() -> None:
    assert joined([None, "a", None, Markup("<b></b>")], between=", ") == "a, <b></b>"


def test_coordinates_are_written_shortly() -> None:
    assert [short(value) for value in (1.0, 0.5, -0.001, 10.0, 12.346)] == ["1", "0.5", "0", "10", "12.35"]
    assert [share(part) for part in (-1, 0.333, 2)] == ["0%", "33.3%", "100%"]
