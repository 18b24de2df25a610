"""A score of a ranking of our own as a figure: it rests on its components, each of which has evidence of its own."""

from dashboard.boards import Boards
from dashboard.boards.ranked import RankedUnit, RankingBoard, RankingQuestion
from dashboard.declared import ComputedRanking
from dashboard.errors import NotFound
from dashboard.periods import Period


def is_score(boards: Boards, figure: str) -> bool:
    """Whether a figure (`<ranking>/<unit>/<period>`) is a score that we compute."""
    return isinstance(boards.catalog.rankings.get(figure.partition("/")[0]), ComputedRanking)


def score_of(boards: Boards, figure: str) -> tuple[RankingBoard, RankedUnit]:
    """The board and the row that a score stands in. Raises NotFound (without a rank there is none), NoFigures, PeriodError."""
    key, unit, period = (*figure.split("/", 2), "", "")[:3]
    known = boards.units.get(unit)
    board = boards.ranked(RankingQuestion(key, Period.parse(period)))
    row = board.row(unit)
    if row is None:
        raise NotFound(f"{board.ranking.name_vi}, {known.name_vi}, {board.period.label_vi}: không được xếp hạng")
    return board, row
