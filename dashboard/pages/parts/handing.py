"""What may be done with a workbook that was handed in: plain forms, each offered only to who may and while it may be done."""

from dashboard.access.roles import Permission
from dashboard.boards.handed_in import HandedInBoard
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.drawing import Node
from dashboard.components.frame import section
from dashboard.formats import number
from dashboard.pages.parts.awaited import submission_href
from dashboard.submissions.form import COLUMN, HERE, REASON, REASON_LONGEST, REASON_SHORTEST, REPORT, choice
from dashboard.web import View, address
from dashboard.workbooks.headers import CODE, UNIT, column_vi


def deeds(view: View, board: HandedInBoard) -> list[Node]:
    """The forms that the state of a submission and the rights of the viewer leave; a sentence for who can only wait."""
    one = board.submission
    may_hand_in = view.viewer.may(Permission.HAND_IN, board.unit.key)
    if one.state == "draft" and may_hand_in:
        return [*_columns(board), *_confirm(board)]
    if one.state == "waiting":
        return _waiting(view, board, may_hand_in=may_hand_in)
    if one.state == "returned" and may_hand_in:
        return [section("Làm gì tiếp", _again(board, "Sửa tệp theo lý do trả lại rồi nộp lại: bản mới là một lần nộp mới."))]
    if one.state == "approved" and may_hand_in:
        return [section("Làm gì tiếp", _again(board, "Cần sửa số đã duyệt thì nộp tệp mới: số cũ vẫn được giữ và xem lại được."))]
    return []


def _columns(board: HandedInBoard) -> list[Node]:
    """Which head is which column of the report: asked once, remembered for the next workbook of such heads."""
    if not board.content.headers:
        return []
    known = dict(board.content.known)
    keys = [*([UNIT] if board.report.rows != "province" else []), *(one.key for one in board.report.columns)]
    keys += [CODE] if board.report.rows == "units" else []
    fields = [_column(board, key, known.get(key, "")) for key in keys]
    lead = tag(
        "p", "Tiêu đề của tệp chưa được biết hết. Hãy chỉ mỗi số liệu nằm ở cột nào; cách này được nhớ cho các tệp sau.", class_="note"
    )
    button = tag("button", "Đọc lại theo cách này", type="submit", class_="bt main")
    form = tag("form", tag("div", *fields, class_="fields"), button, method="post", action=f"{_at(board)}/cot", class_="decide")
    return [section("Cột nào là số liệu nào", lead, form)]


def _column(board: HandedInBoard, key: str, known: str) -> Markup:
    options = [tag("option", "Không có trong tệp", value="")]
    for cell, words in board.content.headers:
        options.append(tag("option", f"{words} ({cell})", value=cell, selected=cell == known))
    return tag("label", tag("span", column_vi(board.report, key)), tag("select", *options, name=f"{COLUMN}{key}"))


def _confirm(board: HandedInBoard) -> list[Node]:
    one = board.submission
    parts: list[Markup] = []
    if one.errors or not one.figures:
        words = f"Còn {number(one.errors)} lỗi nên chưa xác nhận được." if one.errors else "Chưa đọc được ô số liệu nào."
        parts.append(tag("p", f"{words} Hãy sửa tệp rồi tải lên lại.", class_="note"))
    elif not board.content.headers:
        said = f"Xác nhận {number(one.figures)} ô số liệu đúng như bảng bên cạnh; sau đó người có trách nhiệm của tỉnh duyệt."
        parts += [tag("p", said, class_="note"), _button(board, "xac-nhan", "Xác nhận và gửi duyệt", "main")]
    return [section("Xác nhận", *parts, _withdrawal(board))]


def _waiting(view: View, board: HandedInBoard, *, may_hand_in: bool) -> list[Node]:
    made: list[Node] = []
    if view.viewer.may(Permission.APPROVE, board.unit.key):
        if not view.boards.handed_in.self_approval and _is_own(view, board):
            words = "Bạn đã nộp hoặc xác nhận bản này, nên cần một người khác của đơn vị duyệt."
            made.append(section("Duyệt", tag("p", words, class_="note")))
        else:
            lead = tag("p", "Duyệt là đưa số liệu vào bảng, ghi tên người duyệt. Trả lại thì nói lý do để đơn vị sửa.", class_="note")
            made.append(section("Duyệt", lead, _button(board, "duyet", "Duyệt, đưa vào bảng", "main"), _return(board)))
    elif may_hand_in:
        words = "Đang chờ người có trách nhiệm của tỉnh duyệt. Trong lúc chờ có thể rút lại hoặc nộp bản khác."
        made.append(section("Chờ duyệt", tag("p", words, class_="note"), _withdrawal(board)))
    return made


def _is_own(view: View, board: HandedInBoard) -> bool:
    """Whether the viewer brought or confirmed it."""
    who = (view.viewer.person_id, view.viewer.username)
    own = [step for step in board.steps if step.state in ("draft", "waiting")]
    return any((step.person_id is not None and step.person_id == who[0]) or step.actor == who[1] for step in own)


def _return(board: HandedInBoard) -> Markup:
    entry = tag("textarea", "", name=REASON, required=True, minlength=REASON_SHORTEST, maxlength=REASON_LONGEST, rows=3)
    label = tag("label", tag("span", "Lý do trả lại, đơn vị đọc được"), entry)
    button = tag("button", "Trả lại", type="submit", class_="bt quiet")
    form = tag("form", label, button, method="post", action=f"{_at(board)}/tra-lai", class_="decide")
    return tag("details", tag("summary", "Trả lại bản nộp này"), form, class_="days")


def _withdrawal(board: HandedInBoard) -> Markup:
    form = _button(board, "rut", "Rút bản nộp", "quiet")
    said = tag("p", "Bản đã rút không được duyệt nữa; tệp và các bước vẫn được giữ làm căn cứ.", class_="note")
    return tag("details", tag("summary", "Rút bản nộp này"), said, form, class_="days")


def _again(board: HandedInBoard, words: str) -> Markup:
    one = board.submission
    href = address(HERE, **{"tinh": one.unit, REPORT: choice(one.report, one.period)}) + "#nop-tep"
    return joined([tag("p", words, class_="note"), tag("p", tag("a", "Nộp bản mới", href=href, class_="bt"), class_="acts")])


def _button(board: HandedInBoard, act: str, words: str, kind: str) -> Markup:
    button = tag("button", words, type="submit", class_=f"bt {kind}")
    return tag("form", button, method="post", action=f"{_at(board)}/{act}", class_="decide")


def _at(board: HandedInBoard) -> str:
    return submission_href(board.submission.id)
