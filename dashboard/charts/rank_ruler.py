"""The ruler of a rank: ticks 1…n, the band of its range, a dot, a ring for the earlier rank."""

from dataclasses import dataclass

from dashboard.charts.markup import Markup, short, tag
from dashboard.formats import interval

_LONG_EVERY = 5


@dataclass(frozen=True, slots=True)
class _Standing:
    rank: int
    units: int
    span: tuple[int, int]
    before: int | None
    before_word: str


def rank_ruler(rank: int, span: tuple[int, int], units: int, before: int | None = None, before_word: str = "lũy kế") -> Markup:
    """`rank` among `units` with its range; `before` is the rank it is compared with, `before_word` what that was."""
    one = _Standing(rank, units, span, before, before_word)
    parts = [*_ticks(one), _band(one), *_moved(one), tag("circle", cx=_at(one, one.rank), cy="1em", r=".58em", class_="now")]
    said = f"Hạng {one.rank} trong {one.units}, khoảng {interval(*one.span).replace('–', ' đến ')}"
    said += f", {one.before_word} hạng {one.before}" if one.before is not None else ""
    return tag("div", tag("svg", *parts, role="img", aria_label=said), *_words(one), class_="ruler")


def _at(one: _Standing, rank: float) -> str:
    """Two per cent are kept free at each end for the dot."""
    return f"{short(2 + 96 * (rank - 1) / max(1, one.units - 1))}%"


def _ticks(one: _Standing) -> list[Markup]:
    line = [tag("line", x1="2%", x2="98%", y1="1em", y2="1em")]
    for rank in range(1, one.units + 1):
        is_long = rank in (1, one.units) or rank % _LONG_EVERY == 0
        reach = (".45em", "1.55em") if is_long else (".7em", "1.3em")
        line.append(tag("line", x1=_at(one, rank), x2=_at(one, rank), y1=reach[0], y2=reach[1]))
    return line


def _band(one: _Standing) -> Markup:
    first, last = one.span
    width = 96 * (last - first) / max(1, one.units - 1)
    left, least = float(_at(one, first).rstrip("%")), 1.0
    grown = max(width, least)
    return tag("rect", x=f"{short(left - (grown - width) / 2)}%", y=".2em", width=f"{short(grown)}%", height="1.6em", class_="band")


def _moved(one: _Standing) -> list[Markup]:
    if one.before is None or one.before == one.rank:
        return []
    css = "down" if one.rank > one.before else "up"
    ring = tag("circle", cx=_at(one, one.before), cy="1em", r=".42em", class_="was")
    if abs(one.rank - one.before) < 2:  # neighbours touch: no room for an arrow
        return [ring]
    line = tag("line", x1=_at(one, one.before), x2=_at(one, one.rank), y1="1em", y2="1em", class_=f"way {css}")
    return [line, ring]


def _words(one: _Standing) -> list[Markup]:
    """Figures under the ruler; the ends give way to whatever stands close to them."""
    first, last = one.span
    is_narrow = abs(first - last) < one.units / 12
    span = [((first + last) / 2, interval(first, last), "i2")] if is_narrow else [(float(rank), str(rank), "i2") for rank in (first, last)]
    wanted = span
    if one.before is not None and one.before != one.rank:
        was = float(one.before)
        wanted = [word for word in span if abs(word[0] - was) > one.units / 8] + [(was, f"{one.before_word} {one.before}", "was")]
    taken = [word[0] for word in wanted]
    wanted += [(float(end), str(end), "i3") for end in (1, one.units) if all(abs(end - other) > one.units / 10 for other in taken)]
    return [_positioned(words, css + _lean(one, rank), _at(one, rank)) for rank, words, css in sorted(wanted)]


def _lean(one: _Standing, rank: float) -> str:
    part = (rank - 1) / max(1, one.units - 1)
    return " to-right" if part < 0.08 else " to-left" if part > 0.92 else ""  # the outer twelfths


def _positioned(words: str, css: str, left: str) -> Markup:
    return tag("span", words, class_=f"n word t0 nw {css}", style=f"--at:{left}", aria_hidden="true")
