"""How the ranking is sorted: by any column, up or down, from the address."""

from collections.abc import Callable

from dashboard.boards.shapes import RankedUnit, RankingBoard
from dashboard.components.ranking_table import Order
from dashboard.web import View


def sortable(board: RankingBoard) -> frozenset[str]:
    """The keys of the columns."""
    return frozenset({"name", *_values(board)})


def sorted_rows(board: RankingBoard, order: Order) -> list[RankedUnit]:
    """The rows by a column; what has no value there stands last either way, ties keep the order of the ranking."""
    if order.key == "name":
        return sorted(board.rows, key=lambda row: row.unit.sort_key, reverse=order.is_descending)
    value = _values(board)[order.key]
    known = [row for row in board.rows if value(row) is not None]
    missing = [row for row in board.rows if value(row) is None]
    return sorted(known, key=lambda row: value(row) or 0, reverse=order.is_descending) + missing


def _values(board: RankingBoard) -> dict[str, Callable[[RankedUnit], float | None]]:
    """What a column of figures is sorted by, by its key."""
    columns: dict[str, Callable[[RankedUnit], float | None]] = {
        "rank": lambda row: row.rank,
        "change": lambda row: row.places,
        "score": lambda row: row.total,
    }
    return columns | {key: _component(key) for key in board.ranking.component_keys}


def _component(key: str) -> Callable[[RankedUnit], float | None]:
    return lambda row: row.components[key].value


def sort_link(view: View, order: Order, key: str) -> str:
    """A click on the sorted column turns it round; a first click sorts figures from the greatest down, rank and name upwards."""
    first_down = key not in ("rank", "name")
    down = not order.is_descending if key == order.key else first_down
    return view.here(sap=key if key != "rank" else None, chieu="giam" if down else None)
