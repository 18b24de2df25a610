"""The evidence of a fact: the words it rests on, who printed them, and the row in which they came."""

from dash.development.base_component import Component

from dashboard.access.roles import Permission
from dashboard.boards.evidence_shapes import Revision
from dashboard.boards.facts import FactEvidence
from dashboard.charts.markup import tag
from dashboard.components.frame import columns, page_frame, page_head, section
from dashboard.components.marks import stamp
from dashboard.components.meeting import statement_words
from dashboard.components.rows import facts
from dashboard.components.table import Column, Row, data_table
from dashboard.components.told import value_words
from dashboard.formats import moment
from dashboard.pages.parts.rawrow import raw_row
from dashboard.web import View


def is_fact(view: View) -> bool:
    """Whether the figure that the address names is a fact."""
    return view.params["figure"].partition("/")[0] in view.boards.catalog.facts


def title(view: View) -> str:
    """For the browser's tab. Raises NotFound, UnitUnknown, PeriodError."""
    one = view.boards.fact_evidence(view.params["figure"]).statement
    return f"Căn cứ: {one.unit.name_vi}, {one.fact.short_vi.lower()}"


def render(view: View) -> Component:
    """The quote in large letters, which all may read, then what it was read as, then the row."""
    found = view.boards.fact_evidence(view.params["figure"])
    one = found.statement
    open_rows = view.viewer.may(Permission.SEE_EVIDENCE, one.unit.key)
    head = page_head(f"{statement_words(one)}: {value_words(one)}", stamp(f"Ngày {one.period.short_vi}", one.source, one.provenance))
    quote = tag("blockquote", tag("p", f"“{one.quote}”"), tag("footer", one.source), class_="quote") if one.quote else None
    return page_frame(
        "evidence",
        head,
        quote,
        columns("halves", [raw_row(each, open_rows, figures=False) for each in found.told[:2]], [_meaning(found), _all(found)]),
    )


def _meaning(found: FactEvidence) -> Component:
    one = found.statement
    levels = "; ".join(f"{level.name_vi}" for level in one.fact.levels)
    pairs: list[tuple[str, str]] = [
        ("Nội dung", one.fact.name_vi),
        ("Được nêu", value_words(one)),
        ("Các mức", levels),
        ("Đơn vị", tag("a", one.unit.full_name_vi, href=f"/tinh/{one.unit.key}") if one.unit.tier == "province" else one.unit.full_name_vi),
        ("Lưu ý", "Đây là lời của một nguồn vào một ngày, không phải số liệu hệ thống đếm. Điều nguồn không nêu thì để trống."),
    ]
    return section("Cách đọc", facts([pair for pair in pairs if pair[1]]))


def _all(found: FactEvidence) -> Component:
    fact = found.statement.fact
    rows = [Row((_value(each, found), moment(each.cell.recorded_at), each.run.source, each.cell.record)) for each in found.told]
    heads = [Column("Được nêu"), Column("Nhận lúc"), Column("Tệp"), Column("Dòng", True)]
    return section("Các lần đã nhận", data_table(heads, rows, f"{fact.name_vi}: các lần đã nhận, mới nhất trước"))


def _value(each: Revision, found: FactEvidence) -> str:
    level = found.statement.fact.level(each.cell.value)
    return level.name_vi if level is not None else f"{each.cell.value:g}".replace(".", ",")
