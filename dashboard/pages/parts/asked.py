"""What the address of a page asks for, in one place: period, instant. What cannot be read is said in the page's own words."""

from dataclasses import replace
from datetime import datetime

from dashboard.boards.desk import instant
from dashboard.boards.ranked import RankingQuestion
from dashboard.errors import NotFound, PeriodError
from dashboard.figures.folding import Borders
from dashboard.periods import Period
from dashboard.web import View

RANKING = "766"
"""The ranking that pages show when their address asks for none."""


def ranking_asked(view: View) -> str:
    """`?bang=real_use`: the key of a ranking."""
    return view.params.get("bang") or RANKING


def question_asked(view: View) -> RankingQuestion:
    """A ranking with everything that an address may ask of it: period, instant, group, and what it is compared with.

    A group of which nobody knows is left out: an old link still opens. Raises NotFound for what is no period or instant.
    """
    group = view.params.get("vung", "")
    known = group in view.boards.units and view.boards.units.get(group).tier in ("region", "province")
    against, since = _period(view.params.get("so")), _instant(view.params.get("tu"))
    asked = RankingQuestion(ranking_asked(view), period_asked(view), instant_asked(view), group if known else "", against, since)
    return replace(asked, boundaries=boundaries_asked(view))


def period_asked(view: View) -> Period | None:
    """`?ky=2025-10`; None means the newest. Raises NotFound for what is no period."""
    return _period(view.params.get("ky"))


def _period(text: str | None) -> Period | None:
    try:
        return Period.parse(text) if text else None
    except PeriodError:
        raise NotFound(f"kỳ “{text}” không đọc được: viết 2025, 2025-Q4, 2025-10, 2025-10-31 hoặc 2025-10/ytd") from None


def instant_asked(view: View) -> datetime | None:
    """`?luc=2026-11-20`: the board as it stood then; None means now. Raises NotFound for what is no instant."""
    return _instant(view.params.get("luc"))


def _instant(text: str | None) -> datetime | None:
    try:
        return instant(text) if text else None
    except PeriodError as error:
        raise NotFound(str(error)) from None


def boundaries_asked(view: View) -> Borders | None:
    """`?diagioi=2025`: by these borders; None means those of the period. Raises NotFound for others."""
    text = view.params.get("diagioi")
    known: dict[str | None, Borders | None] = {None: None, "": None, "2020": "2020", "2025": "2025"}
    if text not in known:
        raise NotFound(f"không có địa giới “{text}”: viết 2020 (63 tỉnh, thành phố) hoặc 2025 (34 tỉnh, thành phố)")
    return known[text]


def agency_tier_asked(view: View) -> str | None:
    """`?cap=commune`: only agencies of that tier; None means all of them."""
    return view.params.get("cap") or None
