"""Reports that a province is asked for: each with its state and due day, and the form by which a workbook is handed in."""

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.access.roles import Permission
from dashboard.boards.handed_in import Awaited, last_step
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.drawing import Node
from dashboard.components.frame import section
from dashboard.components.marks import provenance_badge, state_mark
from dashboard.components.rows import empty
from dashboard.components.table import Column, Row, block_table
from dashboard.formats import date, moment, number
from dashboard.store.submission_book import Step, Submission
from dashboard.submissions import form
from dashboard.units import Unit
from dashboard.web import View, address
from dashboard.workbooks.limits import MOST_BYTES

ACCEPTED = ".xlsx,.xls,.ods,.csv"
_LISTED = 12


def submission_href(number: int, **query: str | None) -> str:
    """Where a submission stands."""
    return address(f"{form.HERE}/{number}", **query)


def template_href(report: str, unit: str, period: str) -> str:
    """Where a template is downloaded."""
    return address(f"/api/v1/reports/{report}/template", unit=unit, period=period)


def due_section(view: View, unit: Unit, awaited: Sequence[Awaited]) -> Component:
    """A line a report and period: what is worst first, then by due day."""
    if not awaited:
        return section("Báo cáo phải nộp", empty("Chưa có báo cáo nào được khai trong data/reports.toml."))
    steps = view.boards.handed_in.steps([one.newest.id for one in awaited if one.newest is not None])
    heads = [Column("Báo cáo", css="name"), Column("Kỳ", css="nw"), Column("Hạn", css="nw"), Column("Trạng thái"), Column("Mẫu", css="act")]
    ordered = sorted(awaited, key=lambda one: (_RANK[one.state], one.due))
    rows = [_line(unit, one, steps.get(one.newest.id, ()) if one.newest else ()) for one in ordered]
    note = "Hạn tính theo ngày làm việc. Số liệu chỉ vào bảng sau khi người nộp xác nhận và người có trách nhiệm của tỉnh duyệt."
    return section("Báo cáo phải nộp", block_table(heads, rows, f"Báo cáo {unit.name_vi} phải nộp"), tag("p", note, class_="note"))


_RANK = {"returned": 0, "late": 1, "draft": 2, "waiting": 3, "not_handed_in": 4, "told": 5, "approved": 6}


def _line(unit: Unit, one: Awaited, steps: Sequence[Step]) -> Row:
    name: Markup | str = one.report.name_vi
    if one.newest is not None:
        name = tag("a", one.report.name_vi, href=submission_href(one.newest.id))
    blank = tag(
        "a",
        "Tải mẫu",
        tag("span", f" {one.report.name_vi}, {one.period.label_vi}", class_="sr"),
        href=template_href(one.report.key, unit.key, str(one.period)),
        class_="bt",
        download=True,
    )
    return Row((name, one.period.short_vi, date(one.due), state_of(one, steps), blank), is_chosen=False)


def state_of(one: Awaited, steps: Sequence[Step]) -> Markup:
    """The state of a report in words, with its mark; what is overdue says since how many days."""
    over = tag("small", f"quá hạn {number(one.overdue)} ngày") if one.overdue and one.state != "late" else None
    if one.newest is None:
        words = {
            "not_handed_in": state_mark("silent", "Chưa nộp"),
            "late": state_mark("alarm", f"Chưa nộp, quá hạn {number(one.overdue)} ngày"),
            "told": state_mark("ok", "Đã có số liệu từ nguồn khác"),
        }
        return words[one.state]
    return joined([submission_state(one.newest, steps), over, _also(one)])


def _also(one: Awaited) -> Markup | None:
    stands = one.approved
    if stands is None or stands is one.newest:
        return None
    return tag("small", f"số liệu đang dùng là của lần {stands.version}")


def submission_state(one: Submission, steps: Sequence[Step]) -> Markup:
    """The state of a version: since when, by whom, why."""
    step = last_step(steps, one.state)
    when = moment(step.at) if step else moment(one.changed_at)
    reason = f": {step.reason}" if step and step.reason else ""
    marks = {
        "draft": ("watch", f"Đã tải lên {when}, chưa xác nhận"),
        "waiting": ("watch", f"Chờ duyệt từ {when}"),
        "approved": ("ok", f"Đã duyệt {when}"),
        "returned": ("alarm", f"Bị trả lại {when}{reason}"),
        "withdrawn": ("silent", f"Đã rút {when}{reason}"),
        "replaced": ("silent", f"Đã được thay {when}{reason and f' bằng {step.reason}' if step else ''}"),
    }
    sign, words = marks[one.state]
    return state_mark(sign, words)  # type: ignore[arg-type]


def hand_in_section(view: View, unit: Unit, awaited: Sequence[Awaited]) -> list[Node]:
    """The form: choose or drop a file, say what it is of, look at what was read. Plain HTML: it works by key and without script."""
    if not view.viewer.may(Permission.HAND_IN, unit.key) or not awaited:
        return []
    options = [tag("option", "Theo mẫu trong tệp (tự nhận ra báo cáo, tỉnh và kỳ)", value="")]
    for one in awaited:
        words = f"{one.report.name_vi}, {one.period.label_vi}"
        value = form.choice(one.report.key, str(one.period))
        options.append(tag("option", words, value=value, selected=view.params.get(form.REPORT) == value))
    most = (
        f"Tệp .xlsx, .xls, .ods hoặc .csv, nhiều nhất {MOST_BYTES // 2**20} MB. Chưa có gì thành số liệu khi chưa được xác nhận và duyệt."
    )
    file = tag("input", type="file", name=form.FILE, id="tep-nop", required=True, accept=ACCEPTED, aria_describedby="tep-nop-luu-y")
    drawn = tag(
        "form",
        tag("input", type="hidden", name=form.UNIT, value=unit.key),
        tag(
            "p",
            tag("label", "Báo cáo và kỳ", for_="bao-cao-nop"),
            tag("select", *options, name=form.REPORT, id="bao-cao-nop"),
            class_="field1",
        ),
        tag("div", tag("label", "Chọn tệp, hoặc kéo tệp thả vào khung này", for_="tep-nop"), file, class_="drop"),
        tag("p", most, class_="note", id="tep-nop-luu-y"),
        tag("div", tag("button", "Tải lên và xem trước", type="submit", class_="bt main"), class_="acts"),
        action=f"{form.HERE}/nop",
        method="post",
        enctype="multipart/form-data",
        class_="handin",
    )
    return [section("Nộp tệp", drawn, id="nop-tep")]


def versions_section(view: View, unit: Unit) -> list[Node]:
    """What was handed in lately, newest first."""
    found = view.boards.handed_in.listed(unit.key, _LISTED)
    if not found:
        return [section("Các bản đã nộp", empty("Chưa có bản nộp nào."))]
    return [section("Các bản đã nộp", versions_table(view, found, "Các bản đã nộp, mới nhất trước"))]


def versions_table(view: View, found: Sequence[Submission], caption: str, here: int = 0) -> Markup:
    """Versions with their states."""
    steps, reports = view.boards.handed_in.steps([one.id for one in found]), view.boards.handed_in.reports
    heads = [Column("Tệp", css="name"), Column("Báo cáo"), Column("Kỳ", css="nw"), Column("Lần", True), Column("Số ô", True)]
    heads += [Column("Lỗi", True), Column("Trạng thái"), Column("Nguồn", css="roomy")]
    rows = []
    for one in found:
        name = tag("a", one.file_name, href=submission_href(one.id))
        report = reports[one.report].name_vi if one.report in reports else one.report
        cells = (name, report, one.period, str(one.version), number(one.figures), number(one.errors))
        rows.append(Row((*cells, submission_state(one, steps.get(one.id, ())), provenance_badge(one.provenance)), is_chosen=one.id == here))
    return block_table(heads, rows, caption)
