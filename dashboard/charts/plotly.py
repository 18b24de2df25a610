"""Interactive charts as plain dict figures (a go.Figure makes an answer seven times dearer); tests hold them to plotly's schema.

Plotly writes colours as attributes, and CSS beats attributes: `assets/app.css` recolours these figures in the dark theme by class.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from dashboard.boards.shapes import IndicatorBoard, IndicatorValue, Point, Series
from dashboard.charts.palette import palette
from dashboard.formats import number
from dashboard.periods import Grain, Period

Figure: TypeAlias = dict[str, Any]
_INNER = 200.0  # height of the plotting area on the desk, in pixels
_NAME_HEIGHT = 17.0
_FACE = '"Desk Digits", "Be Vietnam Pro", sans-serif'


def survey_history(series: Sequence[Series], decimals: int = 2) -> Figure:
    """A line for each unit of that time, never joined across the change of borders; a year without a value is a gap."""
    colours, dashes = palette(), ("solid", "dash", "dot", "longdash")
    traces = [_course(line, colours["data"], dashes[index % len(dashes)], decimals) for index, line in enumerate(series)]
    layout = _layout()
    years = sorted({str(period) for line in series for period, _ in line.points})
    layout["xaxis"] |= {"type": "category", "categoryorder": "array", "categoryarray": years, "range": [-0.25, len(years) - 0.75]}
    # Every second year, the last one among them: on a phone all of them would stand on their heads.
    layout["xaxis"] |= {"tickmode": "array", "tickvals": years[(len(years) - 1) % 2 :: 2], "tickangle": 0}
    layout["yaxis"] |= {"rangemode": "normal", "nticks": 5}
    layout["annotations"] = _line_names(series, years, decimals)
    layout["margin"]["r"] = 160
    return {"data": traces, "layout": layout}


def course(points: Sequence[Point], decimals: int) -> Figure:
    """All units together, and the median of them, along the periods; names and last values at the end of the lines, a gap is a gap."""
    colours = palette()
    together = [None if one.together is None else one.together.value for one in points]
    lines = [("cả nước", together, colours["data"], "solid"), ("trung vị", [one.median for one in points], colours["ink-2"], "dot")]
    names = [_tick(one.period) for one in points]
    traces = [
        _line(names, (words, values), (colour, dash), decimals)
        for words, values, colour, dash in lines
        if any(v is not None for v in values)
    ]
    layout = _layout()
    # First, middle and last: as many names as fit on a phone without touching.
    ticks = sorted({0, len(names) // 2, len(names) - 1}) if names else []
    layout["xaxis"] |= {"type": "category", "tickmode": "array", "tickvals": ticks, "tickangle": 0}
    layout["yaxis"] |= {"rangemode": "normal", "nticks": 5}
    layout["margin"]["r"] = 116
    layout["annotations"] = _end_names(traces, decimals)
    return {"data": traces, "layout": layout}


def _tick(period: Period) -> str:
    """A day without its year: the title names the month."""
    return f"{period.last_day.day}/{period.last_day.month}" if period.grain is Grain.DAY else period.short_vi


def _line(names: Sequence[str], named: tuple[str, Sequence[float | None]], look: tuple[str, str], decimals: int) -> Figure:
    words, values = named
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": words,
        "x": list(names),
        "y": list(values),
        "text": ["" if value is None else number(value, decimals) for value in values],
        "hovertemplate": "%{fullData.name} %{x}: %{text}<extra></extra>",
        "connectgaps": False,
        "line": {"color": look[0], "width": 2, "dash": look[1]},
        "marker": {"size": 5, "color": look[0]},
    }


def _end_names(traces: Sequence[Figure], decimals: int) -> list[Figure]:
    """Each line's name and last value at its right, so far apart that they never touch."""
    values = [value for one in traces for value in one["y"] if value is not None]
    span = (max(values) - min(values) if values else 0.0) or 1.0
    ends = []
    for one in traces:
        last = max(place for place, value in enumerate(one["y"]) if value is not None)
        ends.append((one["y"][last], last, one["name"]))
    floor, notes = float("-inf"), []
    for value, place, name in sorted(ends):
        height = max(_INNER * value / span, floor)
        floor = height + _NAME_HEIGHT
        notes.append(_line_name((place, value), f"{name} {number(value, decimals)}", height - _INNER * value / span))
    return notes


def buckets(names: Sequence[str], counts: Sequence[float]) -> Figure:
    """How many fell into each bucket."""
    bars = {
        "type": "bar",
        "x": list(names),
        "y": list(counts),
        "text": [number(count) for count in counts],
        "textposition": "none",
        "hovertemplate": "%{x}: %{text}<extra></extra>",
        "marker": {"color": palette()["data"]},
    }
    layout = _layout()
    layout["xaxis"] |= {"type": "category", "tickangle": 0}
    layout["yaxis"] |= {"rangemode": "tozero", "nticks": 5, "tickformat": ",d"}
    layout["bargap"] = 0.15
    return {"data": [bars], "layout": layout}


def distribution(board: IndicatorBoard) -> Figure:
    """Every unit a bar, best at the left, the median a line: where it falls off, and how far."""
    colours, decimals = palette(), board.indicator.decimals
    bars = {
        "type": "bar",
        "x": [one.unit.name_vi for one in board.values],
        "y": [one.value for one in board.values],
        "text": [_ranked(one, decimals) for one in board.values],
        "textposition": "none",
        "hovertemplate": "%{x}, %{text}<extra></extra>",
        "marker": {"color": colours["data"]},
    }
    layout = _layout()
    layout["xaxis"] |= {"tickangle": -60, "type": "category", "tickfont": {"size": 12}}
    layout["yaxis"] |= {"rangemode": "tozero", "nticks": 5}
    layout["bargap"] = 0.25
    if board.median is not None:
        layout["shapes"] = [_level(board.median, colours["ink"])]
        layout["annotations"] = [_level_name(f"trung vị {number(board.median, decimals)}", board.median, colours["ink"])]
    return {"data": [bars], "layout": layout}


def _ranked(one: IndicatorValue, decimals: int) -> str:
    return (
        f"hạng {one.rank}: {number(one.value, decimals)}"
        if one.rank is not None
        else f"{number(one.value, decimals)}, mẫu số nhỏ, không xếp hạng"
    )


def _course(line: Series, colour: str, dash: str, decimals: int) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": line.unit.name_vi,
        "x": [str(period) for period, _ in line.points],
        "y": [value for _, value in line.points],
        "text": ["" if value is None else number(value, decimals) for _, value in line.points],
        "hovertemplate": "%{fullData.name} %{x}: %{text}<extra></extra>",
        "connectgaps": False,
        "line": {"color": colour, "width": 2, "dash": dash},
        "marker": {"size": 6},
    }


def _line_names(series: Sequence[Series], years: Sequence[str], decimals: int) -> list[Figure]:
    """Each line's name and last value, in a column at the right; one that ended earlier says when; names never touch."""
    ends = []
    for line in series:
        known = [(value, str(period)) for period, value in line.points if value is not None]
        ends += [(*known[-1], line.unit.name_vi)] if known else []
    values = [value for line in series for _, value in line.points if value is not None]
    span = (max(values) - min(values) if values else 0.0) or 1.0
    floor, notes = float("-inf"), []
    for value, year, name in sorted(ends):
        height = max(_INNER * value / span, floor)
        floor = height + _NAME_HEIGHT
        words = f"{name} {number(value, decimals)}{'' if year == years[-1] else f' ({year})'}"
        notes.append(_line_name((len(years) - 1, value), words, height - _INNER * value / span))
    return notes


def _line_name(at: tuple[int, float], words: str, shift: float) -> Figure:
    """`at` is the place of the year on the axis: a year as text would be read as a serial number."""
    place = {"x": at[0], "y": at[1], "xanchor": "left", "xshift": 10, "yshift": round(shift, 1)}
    return {**place, "text": words, "showarrow": False, "font": {"size": 13}}


def _level(value: float, colour: str) -> Figure:
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value, "line": {"color": colour, "width": 1.5}}


def _level_name(words: str, value: float, colour: str) -> Figure:
    font = {"size": 13, "color": colour}
    return {"text": words, "xref": "paper", "x": 1, "y": value, "xanchor": "right", "yanchor": "bottom", "showarrow": False, "font": font}


def _layout() -> Figure:
    colours = palette()
    axis = {"gridcolor": colours["rule"], "linecolor": colours["rule-2"], "zeroline": False, "fixedrange": True, "automargin": True}
    return {
        "autosize": True,
        "margin": {"l": 40, "r": 12, "t": 12, "b": 36},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": _FACE, "size": 13, "color": colours["ink-2"]},
        "separators": ",.",
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": colours["surface"], "bordercolor": colours["rule-2"], "font": {"family": _FACE, "color": colours["ink"]}},
        "xaxis": {**axis, "showgrid": False},
        "yaxis": dict(axis),
    }
