"""`/tai-ve`: the ranking as CSV and Excel, with its sources in the file."""

import asyncio
import io
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Response

from dashboard.api.answers import PROBLEMS
from dashboard.api.figures import PeriodText, RankingKey
from dashboard.boards import Boards
from dashboard.boards.shapes import RankingBoard
from dashboard.formats import moment
from dashboard.periods import Period

if TYPE_CHECKING:
    import pandas as pd  # it takes a second to import: a download waits for it, the start of the program does not

Form = Annotated[Literal["csv", "xlsx"], Path(description="kind of file")]
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN_TEXT = {"strings_to_formulas": False, "strings_to_urls": False}
_CELL_STARTS = ("=", "+", "-", "@", "\t", "\r")
FILES: dict[int | str, dict[str, Any]] = {
    200: {"description": "the file", "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("text/csv", EXCEL)}}
}


def router(boards: Boards) -> APIRouter:
    """The routes over these boards."""
    routes = APIRouter(prefix="/tai-ve", tags=["downloads"], responses=PROBLEMS)

    @routes.get("/xep-hang-{ranking}.{form}", summary="A ranking as CSV or Excel", response_class=Response, responses=FILES)
    async def download(ranking: RankingKey, form: Form, ky: PeriodText = None) -> Response:
        board = await asyncio.to_thread(boards.ranking, ranking, Period.parse(ky) if ky else None)
        name = f"xep-hang-{ranking}_{str(board.period).replace('/', '-')}.{form}"
        content = await asyncio.to_thread(_csv if form == "csv" else _excel, board)
        return Response(
            content,
            media_type="text/csv; charset=utf-8" if form == "csv" else EXCEL,
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"},
        )

    return routes


def table(board: RankingBoard) -> "pd.DataFrame":
    """A row a unit, in the order of the ranking, then the units without a total; a figure that was not reported is an empty cell."""
    import pandas as pd

    rows = [
        {
            "Hạng": row.rank,
            "Hạng thấp nhất khi điểm xê dịch": row.range[1],
            "Hạng cao nhất khi điểm xê dịch": row.range[0],
            "Mã định danh": row.unit.agency_code,
            "Tỉnh, thành phố": row.unit.name_vi,
            "Tổng điểm": row.total,
            **{one.indicator.name_vi: one.value for one in row.components.values()},
            **(
                {f"Hạng {board.baseline.short_vi}": row.before_rank, f"Điểm {board.baseline.short_vi}": row.before_total}
                if board.baseline
                else {}
            ),
            **{f"Hạng {one.indicator.short_vi.lower()} (tự tính)": one.rank for one in row.components.values()},
        }
        for row in board.rows
    ]
    missing = [{"Mã định danh": unit.agency_code, "Tỉnh, thành phố": unit.name_vi} for unit in board.unreported]
    frame = pd.DataFrame([*rows, *missing])
    ranks = [name for name in frame.columns if name.startswith("Hạng")]
    return frame.astype(dict.fromkeys(ranks, "Int64"))


def sources(board: RankingBoard) -> list[tuple[str, str]]:
    """What must travel with the figures: period, source, provenance, when taken in, what is ours."""
    stamp = board.stamp
    kinds = {"official": "Chính thức", "published": "Công bố", "self_reported": "Tự báo cáo", "simulated": "Mô phỏng"}
    return [
        ("Bảng", board.ranking.name_vi),
        ("Kỳ", board.period.label_vi),
        ("Nguồn", stamp.source),
        ("Trạng thái", kinds[stamp.provenance] + (f"; chậm {stamp.late_days} ngày" if stamp.late_days else "")),
        ("Nhận lúc", moment(stamp.recorded_at) if stamp.recorded_at else ""),
        ("Phiên bản số liệu", str(board.data_version)),
        ("Ghi chú", "Hạng và điểm do nguồn công bố. Hạng từng nhóm và khoảng hạng là tự tính, không phải số công bố."),
        ("Khoảng hạng", f"Hạng nếu điểm xê dịch ±{board.ranking.margin:g} khi số liệu đến muộn (giả định)".replace(".", ",")),
        ("Căn cứ", board.ranking.basis_vi),
    ]


def _csv(board: RankingBoard) -> bytes:
    """UTF-8 with a byte order mark, as spreadsheets want it; the sources follow the table after an empty line."""
    import pandas as pd

    buffer = io.StringIO()
    table(board).to_csv(buffer, index=False, lineterminator="\r\n")
    buffer.write("\r\n")
    pd.DataFrame([(name, _plain(text)) for name, text in sources(board)]).to_csv(buffer, index=False, header=False, lineterminator="\r\n")
    return buffer.getvalue().encode("utf-8-sig")


def _excel(board: RankingBoard) -> bytes:
    import pandas as pd

    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer, engine="xlsxwriter", engine_kwargs={"options": PLAIN_TEXT}) as writer:
        frame = table(board)
        frame.to_excel(writer, sheet_name="Xếp hạng", index=False, freeze_panes=(1, 0))
        sheet, score = writer.sheets["Xếp hạng"], writer.book.add_format({"num_format": "0.00"})
        for column, name in enumerate(frame.columns):
            width = max(len(str(name)), *(len(str(value)) for value in frame[name])) + 2
            sheet.set_column(column, column, min(width, 34), score if frame[name].dtype.kind == "f" else None)
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
        pd.DataFrame(sources(board)).to_excel(writer, sheet_name="Nguồn", index=False, header=False)
        writer.sheets["Nguồn"].set_column(0, 0, 22)
        writer.sheets["Nguồn"].set_column(1, 1, 90)
    return buffer.getvalue()


def _plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_CELL_STARTS) else text
