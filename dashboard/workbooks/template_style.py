"""How the template looks: the house's colours and type, A4, one look for what is read and one for what is typed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format

INK: Final = "#14191f"
INK_2: Final = "#414953"
INK_3: Final = "#5c6570"
GROUND: Final = "#f7f7f3"
RULE: Final = "#d6d9d3"
RULE_2: Final = "#a3aaa6"
ALARM: Final = "#a10d2d"
ALARM_SOFT: Final = "#fae2e4"
WATCH_SOFT: Final = "#f9eed2"
OK: Final = "#00695a"

# With their own locale: a program set to another one still writes 1.234 and 12,34% where it can.
_COUNT: Final = "[$-42A]#,##0"
_FIGURE: Final = "[$-42A]#,##0.00"
_RATE: Final = "[$-42A]0.00%"

_TEXT: Final = {"font_name": "Be Vietnam Pro", "font_size": 10, "font_color": INK, "valign": "vcenter"}
_FIGURES: Final = {"font_name": "Inter", "font_size": 10, "align": "right", "indent": 1}
_LOCKED: Final = {"bg_color": GROUND, "bottom": 1, "bottom_color": RULE}
_INPUT: Final = {"locked": False, "bg_color": "#ffffff", "border": 1, "border_color": RULE_2}
_HEAD: Final = {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#e3edf5", "border": 1, "border_color": RULE_2}

_LOOKS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "title": {"bold": True, "font_size": 16},
        "said": {"font_size": 11, "font_color": INK_2},
        "unit": {"font_size": 11, "bold": True},
        "stamp": {"font_size": 8, "font_color": INK_3},
        "hint": {"font_color": INK_2, "italic": True},
        "progress": {"font_size": 11, "bold": True, "align": "right", "font_color": OK},
        "to_see": {"font_size": 11, "bold": True, "align": "right", "font_color": ALARM},
        "head": {**_HEAD, "top": 2, "top_color": INK},
        "leaf": _HEAD,
        "order": {**_LOCKED, "font_color": INK_3, "align": "center"},
        "code": {**_LOCKED, "num_format": "@", "font_color": INK_3, "align": "center"},
        "name": _LOCKED,
        "own": {**_LOCKED, "bold": True},
        "count": {**_FIGURES, **_INPUT, "num_format": _COUNT},
        "figure": {**_FIGURES, **_INPUT, "num_format": _FIGURE},
        "choice": _INPUT,
        "rate": {**_FIGURES, **_LOCKED, "num_format": _RATE, "font_color": INK_2},
        "total_name": {"bold": True, "bg_color": "#edeee9", "bottom": 2, "bottom_color": INK},
        "total_count": {**_FIGURES, "bold": True, "bg_color": "#edeee9", "bottom": 2, "bottom_color": INK, "num_format": _COUNT},
        "total_rate": {**_FIGURES, "bold": True, "bg_color": "#edeee9", "bottom": 2, "bottom_color": INK, "num_format": _RATE},
        "signature": {"bold": True, "align": "center"},
        "signed": {"italic": True, "align": "center", "font_color": INK_3},
        "section": {"bold": True, "font_size": 12, "top": 2, "top_color": INK},
        "step": {"text_wrap": True, "valign": "top"},
        "number": {"font_name": "Inter", "align": "center", "valign": "top", "font_color": INK_3},
        "cell": {"text_wrap": True, "valign": "top", "bottom": 1, "bottom_color": RULE},
        "cell_head": {"bold": True, "text_wrap": True, "bottom": 1, "bottom_color": RULE_2, "font_color": INK_2},
        "alarm": {"bg_color": ALARM_SOFT, "font_color": ALARM},
        "watch": {"bg_color": WATCH_SOFT},
    }
)


class Looks:
    """The formats of one workbook, made when they are first used."""

    def __init__(self, book: Workbook) -> None:
        """For that workbook; formats belong to it alone."""
        self._book = book
        self._made: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        """The format of that name."""
        if name not in self._made:
            base = {} if name in ("alarm", "watch") else _TEXT
            self._made[name] = self._book.add_format({**base, **_LOOKS[name]})
        return self._made[name]
