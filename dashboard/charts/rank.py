"""Charts of a rank: the ruler with its range, the ladder of neighbours, the reasons of a change."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.markup import Markup, figure, share, short, tag
from dashboard.formats import interval, score, signed

_LONG_EVERY = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """A rank among `units`, its range, and the rank before with what that was ("lũy kế")."""

    rank: int
    units: int
    span: tuple[int, int]
    before: int | None = None
    before_word: str = ""


def rank_ruler(one: Standing) -> Markup:
    """Ticks 1…n, the band of the range, a dot for the rank, a ring for the earlier one with an arrow between them."""
    parts = [*_ticks(one), _band(one), *_moved(one), tag("circle", cx=_at(one, one.rank), cy="1em", r=".58em", class_="now")]
    said = f"Hạng {one.rank} trong {one.units}, khoảng {interval(*one.span).replace('–', ' đến ')}"
    said += f", {one.before_word} hạng {one.before}" if one.before is not None else ""
    return tag("div", tag("svg", *parts, role="img", aria_label=said), *_words(one), class_="ruler")


def _at(one: Standing, rank: float) -> str:
    """Two per cent are kept free at each end for the dot."""
    return f"{short(2 + 96 * (rank - 1) / max(1, one.units - 1))}%"


def _ticks(one: Standing) -> list[Markup]:
    line = [tag("line", x1="2%", x2="98%", y1="1em", y2="1em")]
    for rank in range(1, one.units + 1):
        is_long = rank in (1, one.units) or rank % _LONG_EVERY == 0
        reach = (".45em", "1.55em") if is_long else (".7em", "1.3em")
        line.append(tag("line", x1=_at(one, rank), x2=_at(one, rank), y1=reach[0], y2=reach[1]))
    return line


def _band(one: Standing) -> Markup:
    first, last = one.span
    width = 96 * (last - first) / max(1, one.units - 1)
    left, least = float(_at(one, first).rstrip("%")), 1.0
    grown = max(width, least)
    return tag("rect", x=f"{short(left - (grown - width) / 2)}%", y=".2em", width=f"{short(grown)}%", height="1.6em", class_="band")


def _moved(one: Standing) -> list[Markup]:
    if one.before is None or one.before == one.rank:
        return []
    css = "down" if one.rank > one.before else "up"
    ring = tag("circle", cx=_at(one, one.before), cy="1em", r=".42em", class_="was")
    if abs(one.rank - one.before) < 2:  # neighbours touch: no room for an arrow
        return [ring]
    line = tag("line", x1=_at(one, one.before), x2=_at(one, one.rank), y1="1em", y2="1em", class_=f"way {css}")
    return [line, ring]


def _words(one: Standing) -> list[Markup]:
    """Figures under the ruler; the ends give way to whatever stands close to them."""
    first, last = one.span
    wanted = [(float(rank), str(rank), "i2") for rank in {first, last}]
    if one.before is not None and one.before != one.rank:
        wanted.append((float(one.before), f"{one.before_word} {one.before}", "was"))
        wanted = [word for word in wanted if word[2] == "was" or abs(word[0] - one.before) > one.units / 8]
    if abs(first - last) < one.units / 12 and first != last:
        wanted = [word for word in wanted if word[2] == "was"] + [((first + last) / 2, interval(first, last), "i2")]
    taken = [word[0] for word in wanted]
    wanted += [(float(end), str(end), "i3") for end in (1, one.units) if all(abs(end - other) > one.units / 10 for other in taken)]
    return [_positioned(words, css + _lean(one, rank), _at(one, rank)) for rank, words, css in sorted(wanted)]


def _lean(one: Standing, rank: float) -> str:
    part = (rank - 1) / max(1, one.units - 1)
    return " to-right" if part < 0.08 else " to-left" if part > 0.92 else ""  # the outer twelfths


def _positioned(words: str, css: str, left: str) -> Markup:
    return tag("span", words, class_=f"n word t0 nw {css}", style=f"--at:{left}", aria_hidden="true")


@dataclass(frozen=True, slots=True)
class Reason:
    """One component's share in a change: own points, the country's, the difference."""

    name: str
    own: float
    country: float
    difference: float


def difference_bars(reasons: Sequence[Reason], total: Reason | None = None) -> Markup:
    """A table: own change, the country's, the difference, with a bar for the difference from a common zero."""
    low, high = max(0.0, -min((r.difference for r in reasons), default=0.0)), max(0.0, max((r.difference for r in reasons), default=0.0))
    zero = low / (low + high) if low + high else 0.5
    head = tag(
        "tr",
        tag("th", "Nhóm", scope="col", class_="l"),
        tag("td", class_="bars"),
        *[tag("th", w, scope="col") for w in ("của tỉnh", "mặt bằng", "chênh")],
    )
    rows = [_reason(reason, zero, (low + high) or 1.0) for reason in reasons]
    foot = [tag("tfoot", _reason(total, None, 1.0))] if total else []
    return tag("table", tag("thead", head), tag("tbody", *rows), *foot, class_="why")


def _reason(reason: Reason, zero: float | None, whole: float) -> Markup:
    bar = "" if zero is None else _bar(reason.difference, zero, whole)
    figures = [tag("td", signed(value), class_="n i2") for value in (reason.own, reason.country)]
    return tag(
        "tr",
        tag("th", reason.name, scope="row", class_="l"),
        tag("td", bar, class_="bars"),
        *figures,
        tag("td", signed(reason.difference), class_="n n6"),
    )


def _bar(difference: float, zero: float, whole: float) -> Markup:
    width = abs(difference) / whole
    left = zero - width if difference < 0 else zero
    css = "minus" if difference < 0 else "plus"
    axis = tag("u", style=f"left:{share(zero)}")
    return tag("span", tag("i", class_=css, style=f"left:{share(left)};width:{share(width)}"), axis, class_="db", aria_hidden="true")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A unit near another in rank."""

    rank: int
    name: str
    total: float
    href: str
    is_self: bool = False
    places: int | None = None


def neighbours(ladder: Sequence[Neighbour]) -> Markup:
    """The ladder around a unit: each rung at the height of its rank, a bar for the points between it and the chosen one."""
    own = next((one.total for one in ladder if one.is_self), 0.0)
    reach = max((abs(one.total - own) for one in ladder), default=0.0) or 1.0
    rungs = [_rung(one, own, reach) for one in ladder]
    return tag("ol", *rungs, class_="ladder", aria_label="Các tỉnh, thành phố kề bên")


def _rung(one: Neighbour, own: float, reach: float) -> Markup:
    name = tag("b", one.name) if one.is_self else tag("a", one.name, href=one.href)
    gap = "" if one.is_self else signed(one.total - own)
    bar = "" if one.is_self else _bar(one.total - own, 0.5, 2 * reach)
    cells = [
        figure(str(one.rank), "rk"),
        tag("span", name, class_="nm"),
        tag("span", bar, class_="bars"),
        figure(score(one.total), "n6"),
        figure(gap, "i2 gapn"),
    ]
    return tag("li", *cells, class_="on" if one.is_self else None, aria_current="true" if one.is_self else None)
