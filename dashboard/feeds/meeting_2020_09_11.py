"""Facts of the meeting of 11/9/2020 as a newspaper told them: a row a fact, each with the words it rests on.

One CSV with the columns `fact,unit,as_of,value,unit_of_measure,quote_vi`. A level stands as its key (`pilot`) or its number; "more than"
stands in the unit of measure. What the report does not say of a province has no row.
"""

from dashboard.declared import Fact
from dashboard.errors import UnitAmbiguous, UnitUnknown
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
    period,
    reason_of,
    table,
)
from dashboard.observations import Held, Observation, Parsed
from dashboard.units import Tier, Unit

COLUMNS = frozenset({"fact", "unit", "as_of", "value", "unit_of_measure", "quote_vi"})
MORE_THAN = "qualifier=more_than"
"""Detail of a figure that is a lower end: "hơn 90 %"."""

# Shares that somebody told are not the rates that are counted from the axis, which bear these names.
_TOLD = {
    "electronic_document_rate": "stated_electronic_document_share",
    "electronic_case_file_rate": "stated_electronic_case_file_share",
}


def parse(source: Source, context: Context) -> Parsed:
    """An observation a row; rows with an unknown fact, unit, day or level, or without a quote, are held."""
    found: list[Observation] = []
    held: list[Held] = []
    for line in table(source, COLUMNS):
        try:
            one = _row(line, context)
            if any((one.measure, one.unit, one.period) == (other.measure, other.unit, other.period) for other in found):
                raise RowFault("đã có một dòng khác nói điều này của cùng đơn vị, cùng ngày")
            found.append(one)
        except (RowFault, UnitUnknown, UnitAmbiguous) as fault:
            held.append(line.held(reason_of(fault)))
    return Parsed(tuple(found), tuple(held))


def _row(line: Line, context: Context) -> Observation:
    if line.surplus:
        raise RowFault(f"dòng {'thừa' if line.surplus > 0 else 'thiếu'} {abs(line.surplus)} ô so với số cột")
    if not line.fields["quote_vi"].strip():
        raise RowFault("thiếu câu trích dẫn")
    day = period(line.fields["as_of"])
    if day.grain != "day":
        raise RowFault(f"“{line.fields['as_of']}” không phải là một ngày")
    fact = _fact(line, context)
    unit = _unit(line, context, fact)
    if not unit.valid(day.first_day):
        raise RowFault(f"{unit.full_name_vi} không có vào {day.label_vi}")
    detail = MORE_THAN if "more than" in line.fields["unit_of_measure"] else ""
    return Observation(fact.key, unit.key, day, _value(line, fact, context), detail, line.record)


def _fact(line: Line, context: Context) -> Fact:
    written = line.fields["fact"]
    fact = context.catalog.facts.get(_TOLD.get(written, written))
    if fact is None:
        raise RowFault(f"nội dung “{written}” chưa được khai báo")
    return fact


def _unit(line: Line, context: Context, fact: Fact) -> Unit:
    key = line.fields["unit"]
    if key == "national":
        key = next(unit.key for unit in context.units.all() if unit.tier is Tier.NATION)
    unit = context.units.get(key)
    if unit.tier != fact.tier:
        raise RowFault(f"{fact.name_vi} không nói về {unit.full_name_vi}")
    return unit


def _value(line: Line, fact: Fact, context: Context) -> float:
    written = line.fields["value"].strip()
    level = fact.level_called(written)
    if level is not None:
        return level.value
    value = figure(written, context.catalog.measure(fact.key))
    if fact.form == "level" and fact.level(value) is None:
        raise RowFault(f"{fact.name_vi} không có mức “{written}”")
    return value


FEED = Feed(
    key="meeting_2020_09_11",
    name_vi="Cuộc họp 11/9/2020",
    publisher="Dân trí, 11/9/2020",
    provenance="published",
    every=None,
    fetch=files("published", "meeting_2020-09-11.csv"),
    parse=parse,
    excerpt=excerpt_of_table,
    compose=compose_table,
)
