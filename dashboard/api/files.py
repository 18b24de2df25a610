"""A table and what must travel with it as a file: CSV for machines, Excel for people."""

import io
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Path, Response

if TYPE_CHECKING:
    import pandas as pd  # it takes a second to import: a download waits for it, the start of the program does not

Form = Annotated[Literal["csv", "xlsx"], Path(description="kind of file")]
Sources = list[tuple[str, str]]
"""Period, source, state and the like, as (name, words)."""

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN_TEXT = {"strings_to_formulas": False, "strings_to_urls": False}
KINDS = {"official": "Chính thức", "published": "Công bố", "self_reported": "Tự báo cáo", "simulated": "Mô phỏng"}
FILES: dict[int | str, dict[str, Any]] = {
    200: {"description": "the file", "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("text/csv", EXCEL)}}
}
_CELL_STARTS = ("=", "+", "-", "@", "\t", "\r")


def file_answer(name: str, form: str, frame: "pd.DataFrame", sources: Sources, sheet: str) -> Response:
    """The answer that a browser saves; `name` has no ending."""
    return Response(
        csv_file(frame, sources) if form == "csv" else excel_file(frame, sources, sheet),
        media_type="text/csv; charset=utf-8" if form == "csv" else EXCEL,
        headers={
            "Content-Disposition": f'attachment; filename="{name.replace("/", "-")}.{form}"',
            "Cache-Control": "private, no-cache",
        },
    )


def csv_file(frame: "pd.DataFrame", sources: Sources) -> bytes:
    """UTF-8 with a byte order mark, as spreadsheets want it; the sources follow the table after an empty line."""
    import pandas as pd

    buffer = io.StringIO()
    guarded(frame).to_csv(buffer, index=False, lineterminator="\r\n")
    buffer.write("\r\n")
    pd.DataFrame([(name, plain(text)) for name, text in sources]).to_csv(buffer, index=False, header=False, lineterminator="\r\n")
    return buffer.getvalue().encode("utf-8-sig")


def excel_file(frame: "pd.DataFrame", sources: Sources, sheet: str) -> bytes:
    """A workbook: the table on a sheet of that name, the sources on one called Nguồn."""
    import pandas as pd

    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer, engine="xlsxwriter", engine_kwargs={"options": PLAIN_TEXT}) as writer:
        frame.to_excel(writer, sheet_name=sheet, index=False, freeze_panes=(1, 0))
        page, score = writer.sheets[sheet], writer.book.add_format({"num_format": "0.00"})
        for column, name in enumerate(frame.columns):
            width = max(len(str(name)), *(len(str(value)) for value in frame[name])) + 2
            page.set_column(column, column, min(width, 34), score if frame[name].dtype.kind == "f" else None)
        page.autofilter(0, 0, len(frame), len(frame.columns) - 1)
        pd.DataFrame(sources).to_excel(writer, sheet_name="Nguồn", index=False, header=False)
        writer.sheets["Nguồn"].set_column(0, 0, 22)
        writer.sheets["Nguồn"].set_column(1, 1, 90)
    return buffer.getvalue()


def guarded(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The table with no text, in its heads or cells, that a spreadsheet takes for a formula; numbers stay numbers, below zero too."""
    texts = frame.select_dtypes(exclude="number").columns
    safe = frame.assign(**{name: frame[name].map(lambda value: plain(value) if isinstance(value, str) else value) for name in texts})
    return safe.rename(columns=plain)


def plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_CELL_STARTS) else text


def kept_name(name: str) -> str:
    """What a workbook is called as it is kept: a plain .xlsx, whatever it came as."""
    return name if name.lower().endswith(".xlsx") else f"{name}.xlsx"


def saved_as(name: str) -> dict[str, str]:
    """Headers of an answer that a browser saves under a name, whatever letters are in it (RFC 6266)."""
    bare = "".join(letter if letter.isascii() and letter not in '"\\%' else "_" for letter in name)
    return {
        "Content-Disposition": f"attachment; filename=\"{bare}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
