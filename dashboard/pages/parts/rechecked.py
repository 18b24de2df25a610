"""A published score held against our counts, on the page of its evidence."""

from dashboard.boards.evidence_shapes import EvidenceBoard
from dashboard.boards.recheck import Recheck, RecheckPart
from dashboard.charts.markup import tag
from dashboard.components.drawing import Node
from dashboard.components.frame import section
from dashboard.components.marks import figure_link, state_mark
from dashboard.components.rows import empty
from dashboard.components.table import Column, Row, data_table
from dashboard.figures.recheck import Held
from dashboard.formats import number, score, signed
from dashboard.pages.parts.measured import counts

_MEANING = "Đối chiếu để biết số đếm và điểm công bố có khớp nhau không. Điểm dùng để xếp hạng luôn là điểm công bố."


def rechecked(board: EvidenceBoard) -> list[Node]:
    """Nothing for a score of which no part can be made again."""
    if (one := board.recheck) is None:
        return []
    if one.held is None:
        return [section("Đối chiếu với số đếm", empty(f"{one.refused[:1].upper()}{one.refused[1:]}."))]
    return [section("Đối chiếu với số đếm", _verdict(board, one.held), _table(one), tag("p", _note(one), class_="note"))]


def _verdict(board: EvidenceBoard, held: Held) -> Node:
    published = score(board.value or 0.0)
    if held.covered >= board.indicator.maximum:
        said = f"Số đếm cho {score(held.own)} điểm, công bố {published}: "
    else:
        most = f"{score(held.own)} trong {number(held.covered)} điểm đối chiếu được, cả nhóm từ {score(held.low)} đến {score(held.high)}"
        said = f"Số đếm cho {most}; công bố {published}: "
    if not held.apart:
        return tag("p", said, state_mark("ok", "khớp"), class_="lead")
    return tag("p", said, state_mark("watch", f"lệch {signed(held.apart)} điểm"), class_="lead")


def _table(one: Recheck) -> Node:
    heads = [Column("Phần"), Column("Phép chia", True), Column("Tỷ lệ", True), Column("Điểm", True)]
    return data_table(heads, [_row(part) for part in one.parts], "Các phần tính lại từ số đếm")


def _row(part: RecheckPart) -> Row:
    rate = part.reading.value or 0.0
    name = tag("a", part.indicator.name_vi, href=f"/chi-tieu/{part.indicator.key}")
    value = figure_link(f"{number(rate, part.indicator.decimals)}%", part.figure)
    return Row((name, counts(part.indicator, part.reading), value, f"{score(part.points * rate / 100)} / {number(part.points)}"))


def _note(one: Recheck) -> str:
    return " ".join(filter(None, [*(part.note_vi for part in one.parts), _MEANING]))
