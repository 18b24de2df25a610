"""What may be decided about one held record: to put it right by hand, or to let it go. Plain forms; each asks for a reason."""

from dashboard.boards.sources import HeldBoard
from dashboard.charts.markup import Markup, joined, tag
from dashboard.web import View

_REASON = "vi_sao"


def decisions(view: View, feed: str, board: HeldBoard) -> tuple[Markup, ...]:
    """The forms for a record that is still held; none for one that was decided upon."""
    if board.record.released_at is not None:
        return ()
    refused = view.params.get("loi", "")
    note = (tag("div", tag("p", refused), class_="outcome", role="alert"),) if refused else ()
    return (*note, *((_put_right(view, feed, board),) if board.can_be_put_right else ()), _let_go(feed, board))


def _put_right(view: View, feed: str, board: HeldBoard) -> Markup:
    fields = [_field(f"f.{name}", name, text) for name, text in board.fields]
    hidden = [_hidden("ban", str(board.record.id)), _hidden("ly_do", view.params.get("ly_do", ""))]
    head = tag("p", "Sửa những trường sai rồi nhận; bản gốc vẫn được giữ, bản sửa ghi tên người sửa và lý do.", class_="note")
    inside = [*hidden, tag("div", joined(fields), class_="fields"), _why(), tag("button", "Sửa và nhận", type="submit", class_="bt main")]
    form = tag("form", joined(inside), method="post", action=f"/nguon-so-lieu/{feed}/sua", class_="decide")
    return tag("details", tag("summary", "Sửa bản ghi này"), head, form, class_="days", open=bool(view.params.get("loi")))


def _let_go(feed: str, board: HeldBoard) -> Markup:
    head = tag("p", "Bản ghi không vào bảng nào, và không bị giữ lại lần nữa khi nguồn gửi lại đúng như vậy.", class_="note")
    button = tag("button", "Bỏ qua bản ghi", type="submit", class_="bt quiet")
    form = tag(
        "form",
        joined([_hidden("ban", str(board.record.id)), _why(), button]),
        method="post",
        action=f"/nguon-so-lieu/{feed}/bo-qua",
        class_="decide",
    )
    return tag("details", tag("summary", "Bỏ qua bản ghi này"), head, form, class_="days")


def _field(name: str, label: str, text: str) -> Markup:
    return tag("label", tag("span", label), tag("input", name=name, value=text, type="text", maxlength="300", autocomplete="off"))


def _why() -> Markup:
    entry = tag("input", name=_REASON, type="text", required=True, minlength="5", maxlength="300", autocomplete="off")
    return tag("label", tag("span", "Lý do"), entry)


def _hidden(name: str, text: str) -> Markup:
    return tag("input", type="hidden", name=name, value=text)
