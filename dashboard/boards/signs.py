"""The board of signs: where a connection is kept for show, by which rule, on which figures, and what somebody said to it.

Signs look at whole days only, so what a minute changes in the running day is no business of theirs: they are judged again every five
minutes and at each day, not at each document of a live feed. A dismissal counts at once.
"""

from collections.abc import Iterable, Mapping
from contextvars import Context
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.boards.desk import Desk
from dashboard.boards.judging import BY_DAY, LOOK_BACK, Calendar, Judged, Told, judge
from dashboard.boards.shapes import figure_id
from dashboard.declared import SignRule
from dashboard.figures.formalism import Sign
from dashboard.figures.used import has_news, last_seen
from dashboard.formats import HANOI
from dashboard.observations import Provenance
from dashboard.periods import Grain, Period
from dashboard.store.queries import cells
from dashboard.store.reading import note
from dashboard.store.signs import Dismissal, daily, dismissals
from dashboard.units import Unit
from dashboard.units.unit import Reckoning

PAUSE = 300
"""Seconds between two judgements of the same day."""

Found = Mapping[tuple[str, str], Judged]
"""By rule and unit."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A piece of evidence: the period it stands in, the figure there, and the figure's own evidence; empty where nothing was recorded."""

    period: Period
    value: float
    figure: str


@dataclass(frozen=True, slots=True)
class FoundSign:
    """A sign of a unit. `dismissal` holds while there is no newer evidence; `before` is one that no longer holds."""

    rule: SignRule
    unit: Unit
    sign: Sign
    detail: str
    traces: tuple[Trace, ...]
    source: str
    provenance: Provenance
    dismissal: Dismissal | None = None
    before: Dismissal | None = None

    @property
    def through(self) -> date:
        """The last day of its evidence."""
        return last_seen(self.sign)


@dataclass(frozen=True, slots=True)
class SignBoard:
    """All signs of the provinces of today, judged by what was known of whole days `through` one; `judged` units had anything to judge."""

    signs: tuple[FoundSign, ...]
    rules: tuple[SignRule, ...]
    through: date
    judged: int

    @property
    def standing(self) -> tuple[FoundSign, ...]:
        """Those that nobody dismissed."""
        return tuple(one for one in self.signs if one.dismissal is None)

    @property
    def dismissed(self) -> tuple[FoundSign, ...]:
        """Those that somebody dismissed, and that have shown nothing new since."""
        return tuple(one for one in self.signs if one.dismissal is not None)

    def of(self, unit: str) -> tuple[FoundSign, ...]:
        """Those of one unit that stand."""
        return tuple(one for one in self.standing if one.unit.key == unit)

    def find(self, rule: str, unit: str) -> FoundSign | None:
        """One of them, dismissed or not; None when the rule finds nothing there."""
        return next((one for one in self.signs if (one.rule.key, one.unit.key) == (rule, unit)), None)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules found, before anybody's word on it."""

    found: Found
    through: date
    judged: int


def judgement(desk: Desk, as_of: datetime | None) -> Judgement:
    """Judges every province by every rule. What it reads is of the past and settled, so it is not noted as what a page was made from."""
    note(())
    return Context().run(_judgement, desk, as_of)


def sign_board(desk: Desk, judged: Judgement, as_of: datetime | None) -> SignBoard:
    """The board of a judgement, with what people said to its signs."""
    rules = desk.definitions(as_of).signs
    words = dismissals(desk.store, as_of)
    found = [_found(desk, rules[rule], unit, one, words.get((rule, unit))) for (rule, unit), one in judged.found.items()]
    order = list(rules)
    found.sort(key=lambda one: (one.unit.sort_key, order.index(one.rule.key)))
    return SignBoard(tuple(found), tuple(rules.values()), judged.through, judged.judged)


def _judgement(desk: Desk, as_of: datetime | None) -> Judgement:
    through = desk.instant(as_of).astimezone(HANOI).date() - timedelta(days=1)
    calendar = Calendar(through, desk.holidays)
    units = desk.units.of_tier("province", through)
    found: dict[tuple[str, str], Judged] = {}
    seen: set[str] = set()
    kept: dict[tuple[str, str, bool], dict[str, Told]] = {}
    for rule in desk.definitions(as_of).signs.values():
        asked = (rule.count, rule.part, rule.kind in BY_DAY)
        if asked not in kept:
            kept[asked] = _told(desk, rule, units, calendar, as_of)
        seen |= kept[asked].keys()
        found |= {(rule.key, unit): judged for unit, judged in judge(rule, kept[asked], calendar).items()}
    return Judgement(found, through, len(seen))


def _told(desk: Desk, rule: SignRule, units: Iterable[Unit], calendar: Calendar, as_of: datetime | None) -> dict[str, Told]:
    people = desk.units.populations(Reckoning.REGISTERED_2025)
    by_key = {unit.key: unit for unit in units}
    if rule.kind in BY_DAY:
        return _told_by_day(desk, rule, by_key, calendar, as_of)
    whole, part = (_by_month(desk, measure, by_key, calendar, as_of) if measure else {} for measure in (rule.count, rule.part))
    return {
        key: Told(by_key[key].valid_from - timedelta(days=1), people.get(key, 0), months=months, part_months=part.get(key, {}))
        for key, months in whole.items()
    }


def _told_by_day(desk: Desk, rule: SignRule, units: Mapping[str, Unit], calendar: Calendar, as_of: datetime | None) -> dict[str, Told]:
    span = (calendar.through - LOOK_BACK, calendar.through)
    people = desk.units.populations(Reckoning.REGISTERED_2025)
    whole, part = (daily(desk.store, measure, units, span, as_of) if measure else {} for measure in (rule.count, rule.part))
    counts_events = desk.feed(desk.catalog.indicator(rule.figure)).rules is not None
    # In a feed of events nobody states a zero: a day on which others were heard and this unit was not is one.
    alive = {day for days in whole.values() for day in days} if counts_events else set()
    found = {}
    for key, days in whole.items():
        first = min(days)
        filled = {day: days.get(day, 0.0) for day in alive | days.keys() if day >= first}
        since = first - timedelta(days=1)
        found[key] = Told(since, people.get(key, 0), filled, part.get(key, {}))
    return found


def _by_month(
    desk: Desk, measure: str, units: Mapping[str, Unit], calendar: Calendar, as_of: datetime | None
) -> dict[str, dict[str, dict[Period, float]]]:
    """By unit, detail and month."""
    months = {str(one): one for one in calendar.whole(Grain.MONTH, LOOK_BACK.days // 30)}
    found: dict[str, dict[str, dict[Period, float]]] = {}
    for cell in cells(desk.store, [measure], months, units=units, as_of=as_of):
        found.setdefault(cell.unit, {}).setdefault(cell.detail, {})[months[cell.period]] = cell.value
    return found


def _found(desk: Desk, rule: SignRule, unit: str, judged: Judged, word: Dismissal | None) -> FoundSign:
    feed = desk.feed(desk.catalog.indicator(rule.figure))
    holds = word is not None and word.dismissed and not has_news(judged.sign, word.through, desk.holidays)
    return FoundSign(
        rule=rule,
        unit=desk.units.get(unit),
        sign=judged.sign,
        detail=judged.detail,
        traces=tuple(_trace(rule, unit, judged, at, value) for at, value in ((one.at, one.value) for one in judged.sign.seen)),
        source=feed.publisher,
        provenance=desk.provenance(feed),
        dismissal=word if holds else None,
        before=None if holds else word,
    )


def _trace(rule: SignRule, unit: str, judged: Judged, at: date | Period | str, value: float) -> Trace:
    """With the way to the figure's evidence; of a day without anything there is none, since nothing was recorded."""
    period = at if isinstance(at, Period) else Period.of(Grain.DAY, at) if isinstance(at, date) else Period.parse(at)
    is_nothing = period.grain is Grain.DAY and not value
    tier = dict(part.split("=", 1) for part in judged.detail.split(",") if part).get("tier")
    return Trace(period, value, "" if is_nothing else figure_id(rule.figure, unit, period, tier))
