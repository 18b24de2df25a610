"""Why a unit of a computed ranking stands where it does: its change of rank in exact parts, and the cheapest ways up."""

from typing import Final

from dashboard.boards.computed import Computed
from dashboard.boards.ranked import RankStory
from dashboard.errors import NotFound
from dashboard.figures.rank_change import split
from dashboard.figures.what_would_lift import Search, Way, ways

PLACES: Final = (1, 3, 5)
"""How many places up the ways are sought."""

_SEARCH: Final = Search(ways=3)


def story(made: Computed, unit: str) -> RankStory:
    """Raises NotFound for a unit that is not ranked."""
    row = made.board.row(unit)
    if row is None:
        outside = made.board.unranked_unit(unit)
        name = outside.unit.name_vi if outside else f"“{unit}”"
        raise NotFound(f"{made.board.ranking.name_vi}, {made.board.period.label_vi}: {name} không được xếp hạng")
    compared = made.old is not None and made.new is not None and unit in made.old.before
    change = split(unit, made.old, made.new) if compared and made.old and made.new else None
    return RankStory(made.board, row, change, _ways(made, unit, row.rank), _cases(made))


def _ways(made: Computed, unit: str, rank: int) -> dict[int, tuple[Way, ...]]:
    """By places; who stands so high that fewer are ahead is asked for the first place once."""
    wanted = dict.fromkeys(min(places, rank - 1) for places in PLACES if rank > 1)
    return {places: ways(made.lens.definition, made.sheet.inputs, unit, places, _SEARCH) for places in wanted}


def _cases(made: Computed) -> dict[str, str]:
    """What one more of a rate's numerator is called."""
    parts = {one.indicator: one.more_vi for one in made.lens.ranking.components}
    return {
        key: parts[key] or made.lens.catalog.measure(one.numerator).name_vi
        for key, one in made.lens.indicators.items()
        if one.form == "ratio"
    }
