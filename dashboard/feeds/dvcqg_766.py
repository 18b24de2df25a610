"""Published scores of the 766 index: files as the national public service portal's board gave them in October 2025, and answers over HTTP.

Two shapes of CSV: provinces (month and year to date in one file, GSO and agency codes), and one province's departments or communes
(agency codes and names; the period stands in the file's name). Answers (`board_766`) have rows as the latter, provinces among them.
Scores are kept as given and never recomputed over; null is not 0.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from dashboard.errors import FeedError
from dashboard.feeds import asking, board_766
from dashboard.feeds.base import (
    Context,
    Feed,
    Line,
    RowFault,
    Source,
    compose_table,
    excerpt_of_table,
    figure,
    files,
    parse_lines,
    parse_table,
    period,
)
from dashboard.observations import Observation, Parsed
from dashboard.periods import Period
from dashboard.units import Unit

# A total is the sum of six parts, all rounded to two decimals: the parts can move it by 6 × 0.005, its own rounding by 0.005.
ROUNDING = 0.0351

PROVINCE_COLUMNS = {
    "cong_khai_minh_bach_18": "index766_transparency",
    "tien_do_giai_quyet_20": "index766_progress",
    "dvc_truc_tuyen_12": "index766_online_service",
    "thanh_toan_truc_tuyen_10": "index766_online_payment",
    "muc_do_hai_long_18": "index766_satisfaction",
    "so_hoa_ho_so_22": "index766_digitisation",
}
AGENCY_COLUMNS = {
    "CKMB": "index766_transparency",
    "TDGQ": "index766_progress",
    "CLGQ": "index766_online_service",
    "TTTT": "index766_online_payment",
    "MDHL": "index766_satisfaction",
    "MDSH": "index766_digitisation",
}


@dataclass(frozen=True)
class Shape:
    """How one kind of file names things."""

    components: dict[str, str]
    total: str
    rank: str
    others: frozenset[str]

    @property
    def columns(self) -> frozenset[str]:
        """Every column that must be there."""
        return self.others | {self.total, self.rank} | set(self.components)


PROVINCES = Shape(PROVINCE_COLUMNS, "tong_100", "xep_hang", frozenset({"gso_code", "period", "ma_coquan", "ten"}))
AGENCIES = Shape(AGENCY_COLUMNS, "TONG_SCORE", "ROW_STT", frozenset({"TEN", "MA_COQUAN", "LOAI_COQUAN"}))


def parse(source: Source, context: Context) -> Parsed:
    """Observations of the total, six components and the published rank of each row; rows in doubt are held."""
    is_answer = board_766.is_answer(source.content)
    shape = AGENCIES if is_answer or b"MA_COQUAN" in source.content.split(b"\n", 1)[0] else PROVINCES

    def read(line: Line) -> list[Observation]:
        when = _period(source, line, shape)
        return _row(line, shape, _unit(line, shape, when, context), when, context)

    return parse_lines(board_766.lines(source), read) if is_answer else parse_table(source, shape.columns, read)


def excerpt(source: Source, record: str) -> list[tuple[str, str]]:
    """The fields of one row; empty when there is no such row."""
    if not board_766.is_answer(source.content):
        return excerpt_of_table(source, record)
    return next((list(line.fields.items()) for line in board_766.lines(source) if line.record == record), [])


def compose(fields: Mapping[str, str]) -> bytes:
    """A source of one row: an answer where the fields are those of one, else a table file."""
    return board_766.compose(fields) if board_766.PERIOD in fields and "MA_COQUAN" in fields else compose_table(fields)


def _period(source: Source, line: Line, shape: Shape) -> Period:
    """The province file writes `2025-10` and `2025-YTD(10)` in a column, an answer our own notation; the agency files carry the month in
    their name."""
    if shape is AGENCIES and board_766.PERIOD in line.fields:
        return period(line.fields[board_766.PERIOD])
    if shape is AGENCIES:
        found = re.search(r"\d{4}-\d{2}", source.name)
        if found is None:
            raise FeedError(f"{source.name}: the file's name does not say its month (…_2025-10.csv)")
        return period(found.group())
    notation = line.fields["period"]
    year_to_date = re.fullmatch(r"(\d{4})-YTD\((\d{1,2})\)", notation)
    if year_to_date:
        return period(f"{year_to_date.group(1)}-{int(year_to_date.group(2)):02d}/ytd")
    month = period(notation)
    if month.grain != "month":
        raise RowFault(f"kỳ “{notation}” không phải là một tháng hay lũy kế")
    return month


def _unit(line: Line, shape: Shape, when: Period, context: Context) -> Unit:
    """The unit of a row on the last day of its period; every code in the row, and a province's name, must lead to the same one."""
    day = when.last_day
    if shape is PROVINCES:
        answers = [context.units.resolve(line.fields[name], on=day, tier="province") for name in ("ma_coquan", "gso_code", "ten")]
        codes = f"mã {line.fields['ma_coquan']}, mã {line.fields['gso_code']} và tên “{line.fields['ten']}”"
    else:
        answers = [_agency(line, day, context)]
        codes = f"mã {line.fields['MA_COQUAN']}"
    if len({unit.key for unit in answers}) > 1:
        raise RowFault(f"{codes} không chỉ cùng một đơn vị: {', '.join(unit.full_name_vi for unit in answers)}")
    return answers[0]


def _agency(line: Line, day: date, context: Context) -> Unit:
    """LOAI_COQUAN 1 is a province and 2 a department, known by their codes; 3 a commune, whose code no list gives: known by name within its
    province. (No published row is of a province: that its kind is 1 is our reading.)"""
    if missing := sorted(AGENCIES.columns - line.fields.keys()):
        raise RowFault(f"thiếu {', '.join(missing)}")
    code, name, kind = (line.fields[column] for column in ("MA_COQUAN", "TEN", "LOAI_COQUAN"))
    if kind == "1":
        return context.units.resolve(code, on=day, tier="province")
    if kind == "2":
        return context.units.resolve(code, on=day, tier="department")
    if kind != "3":
        raise RowFault(f"loại cơ quan “{kind}” không phải là sở, ngành (2) hay xã (3)")
    province = context.units.resolve(code.rsplit(".", 1)[0], on=day, tier="province")
    return context.units.resolve(name.split(" - ")[0], on=day, tier="commune", within=province.key)


def _row(line: Line, shape: Shape, unit: Unit, when: Period, context: Context) -> list[Observation]:
    """The cells of a row; an empty component is no cell (null is not 0)."""
    bounded = {"index766_total": shape.total, "index766_rank": shape.rank} | {key: name for name, key in shape.components.items()}
    values: dict[str, float] = {}
    for key, column in bounded.items():
        measure = context.catalog.measure(key)
        if line.fields[column].strip():
            values[key] = figure(line.fields[column], measure)
    if "index766_total" not in values:
        raise RowFault("thiếu tổng điểm")
    if not values.get("index766_rank", 1.0).is_integer():
        raise RowFault(f"hạng “{line.fields[shape.rank]}” không phải là số nguyên")
    _check_sum(values, shape)
    return [Observation(key, unit.key, when, value, record=line.record) for key, value in values.items()]


def _check_sum(values: dict[str, float], shape: Shape) -> None:
    """With a component missing the total can only be more than the sum of the others."""
    parts = [values[key] for key in shape.components.values() if key in values]
    total, whole = values["index766_total"], len(parts) == len(shape.components)
    if sum(parts) - total > ROUNDING or (whole and total - sum(parts) > ROUNDING):
        relation = "không bằng tổng sáu nhóm" if whole else "nhỏ hơn tổng các nhóm đã có"
        raise RowFault(f"tổng điểm {total:.2f} {relation} {sum(parts):.2f}".replace(".", ","))


_FILES = Feed(
    key="dvcqg_766",
    name_vi="Bộ chỉ số 766",
    publisher="Cổng Dịch vụ công quốc gia",
    provenance="published",
    every=timedelta(hours=1),
    fetch=files("published", "dvcqg_766_*.csv"),
    parse=parse,
    excerpt=excerpt,
    compose=compose,
)
FEED = asking.asked(_FILES, board_766.ADDRESS, board_766.EVERY_MINUTES, partial(board_766.ask, _FILES.publisher))
