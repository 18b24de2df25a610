"""The figures of the moment: all that pages and API see. Each board is computed once per data version, for everybody."""

from collections.abc import Callable, Hashable
from datetime import date, datetime
from typing import TypeVar

from dashboard.boards.cameras import CameraBoard, camera_boards
from dashboard.boards.desk import Desk
from dashboard.boards.evidence import evidence_board
from dashboard.boards.indicator import IndicatorQuestion, indicator_board
from dashboard.boards.memory import Memory
from dashboard.boards.province import province_board
from dashboard.boards.ranking import ranking_board
from dashboard.boards.shapes import EvidenceBoard, IndicatorBoard, ProvinceBoard, RankingBoard, SourceBoard
from dashboard.boards.sources import source_boards
from dashboard.camera.registry import Camera
from dashboard.catalog import Catalog, Indicator
from dashboard.feeds.base import Feed
from dashboard.figures.freshness import Freshness
from dashboard.formats import HANOI
from dashboard.observations import Provenance
from dashboard.periods import Period
from dashboard.store.queries import HeldRecord, data_versions, held_records, version_as_of
from dashboard.units import UnitRegistry

Value = TypeVar("Value")


class Boards:
    """Boards over one desk. Safe to call from many threads; every method may raise StoreUnavailable when nothing is known yet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._memory = Memory(lambda: sum(version for version, _ in data_versions(desk.store).values()))

    @property
    def units(self) -> UnitRegistry:
        """The administrative units through time."""
        return self._desk.units

    @property
    def catalog(self) -> Catalog:
        """The definitions of today."""
        return self._desk.catalog

    @property
    def away_since(self) -> datetime | None:
        """Since when the database has not answered; None while it does."""
        return self._memory.away_since

    def now(self) -> datetime:
        """The present instant."""
        return self._desk.now()

    def version(self) -> int:
        """The data version, looked up at most once a second."""
        return self._memory.version()

    def version_in_hand(self) -> int | None:
        """The data version when it needs no look at the database now; never waits, so that an event loop may ask."""
        return self._memory.version_in_hand()

    def ranking(self, key: str, period: Period | None = None, as_of: datetime | None = None) -> RankingBoard:
        """A ranking in a period (the newest when none is given). Raises NotFound."""
        return self._keep(("ranking", key, period, as_of), lambda: ranking_board(self._desk, key, period, as_of, self._version_at(as_of)))

    def province(self, unit: str, ranking: str, period: Period | None = None, as_of: datetime | None = None) -> ProvinceBoard:
        """One province in a ranking. Raises UnitUnknown, NotFound."""
        board = self.ranking(ranking, period, as_of)
        return self._keep(("province", unit, ranking, period, as_of), lambda: province_board(self._desk, unit, board))

    def indicator(
        self,
        key: str,
        period: Period | None = None,
        tier: str = "province",
        as_of: datetime | None = None,
        agency_tier: str | None = None,
    ) -> IndicatorBoard:
        """An indicator in a period (the newest when none is given), of agencies of one tier (None: all). Raises NotFound."""
        asked = IndicatorQuestion(key, period, tier, as_of, agency_tier)
        return self._keep(("indicator", asked), lambda: indicator_board(self._desk, asked, self._version_at(as_of)))

    def freshness(self, indicator: Indicator) -> tuple[Freshness, Feed]:
        """How fresh an indicator is, and the feed it comes from."""
        desk = self._desk
        fresh = self._keep(("freshness", indicator.key), lambda: desk.freshness(indicator, desk.periods(indicator, indicator.tiers[0])))
        return fresh, desk.feed(indicator)

    def provenance(self, indicator: Indicator) -> Provenance:
        """Of the figures of an indicator that this store holds."""
        return self._keep(("provenance", indicator.feed), lambda: self._desk.provenance(self._desk.feed(indicator)))

    def evidence(self, figure: str) -> EvidenceBoard:
        """What a figure rests on. Raises NotFound, UnitUnknown, PeriodError."""
        return self._keep(("evidence", figure), lambda: evidence_board(self._desk, figure))

    def sources(self) -> tuple[SourceBoard, ...]:
        """Every feed in one line; kept for a second, since a run may change it without changing a figure."""
        return self._memory.keep("sources", lambda: source_boards(self._desk), when=int(self._desk.now().timestamp()))

    def held(self, feed: str | None = None) -> list[HeldRecord]:
        """What is in quarantine now, newest first; kept for a second, since a run may hold a record without changing a figure."""
        second = int(self._desk.now().timestamp())
        return self._memory.keep(("held", feed), lambda: held_records(self._desk.store, feed), when=second)

    def cameras(self) -> tuple[CameraBoard, ...]:
        """Every camera as it stands; kept for a second."""
        return self._memory.keep("cameras", lambda: camera_boards(self._desk), when=int(self._desk.now().timestamp()))

    def camera(self, key: str) -> Camera:
        """One camera of the list. Raises NotFound."""
        return self._desk.cameras.get(key)

    def _keep(self, key: tuple[Hashable, ...], compute: Callable[[], Value]) -> Value:
        """Kept for this data version and this day: what is late changes with the date."""
        return self._memory.keep(key, compute, when=self._today())

    def _version_at(self, as_of: datetime | None) -> int:
        return self.version() if as_of is None else version_as_of(self._desk.store, as_of)

    def _today(self) -> date:
        return self._desk.now().astimezone(HANOI).date()
