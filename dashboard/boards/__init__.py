"""The figures of the moment: all that pages and API see. Each board is computed once per version of its feeds, for everybody."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from dashboard.boards.cameras import CameraBoard, camera_boards
from dashboard.boards.computed import Computed, computed
from dashboard.boards.desk import Desk
from dashboard.boards.evidence import evidence_board, evidence_record
from dashboard.boards.evidence_shapes import EvidenceBoard, Revision
from dashboard.boards.facts import FactBoard, FactEvidence, fact_board, fact_evidence
from dashboard.boards.group import GroupBoard, GroupQuestion, group_board
from dashboard.boards.groups import UnitGroup, all_groups, check_groups, declared_groups, find_group
from dashboard.boards.handed_in import HandedIn
from dashboard.boards.heard import HeardBoard, heard_board
from dashboard.boards.indicator import IndicatorQuestion, indicator_board, indicator_days
from dashboard.boards.judging import check_rules
from dashboard.boards.memory import Memory, Recollection, Versions
from dashboard.boards.province import province_board
from dashboard.boards.ranked import RankingQuestion
from dashboard.boards.ranking import given_board
from dashboard.boards.shapes import IndicatorBoard, Point, ProvinceBoard, RankingBoard, RankStory
from dashboard.boards.signs import PAUSE, SignBoard, judgement, sign_board
from dashboard.boards.sources import BookQuestion, HeldBoard, SourceBoard, SourceBook, held_board, past_days, source_boards, source_book
from dashboard.boards.standing import Standing as Standing
from dashboard.boards.story import story
from dashboard.boards.targets import TargetRow, national_rows
from dashboard.camera.registry import Camera
from dashboard.catalog import Catalog, Indicator
from dashboard.declared import ComputedRanking, GivenRanking, Ranking
from dashboard.errors import NotFound
from dashboard.feeds.base import Feed
from dashboard.figures.folding import Borders
from dashboard.figures.freshness import Freshness
from dashboard.formats import HANOI
from dashboard.observations import Provenance
from dashboard.periods import Period
from dashboard.store.camera_list import VERSIONED as CAMERAS
from dashboard.store.queries import version_as_of
from dashboard.store.reading import Reading, note
from dashboard.store.replayed import Outcome, outcome
from dashboard.units import UnitRegistry

Value = TypeVar("Value")


class Boards:
    """Boards over one desk. Safe to call from many threads; every method may raise StoreUnavailable when nothing is known yet."""

    def __init__(self, desk: Desk) -> None:
        check_groups(desk)
        check_rules(desk.catalog)
        self._desk = desk
        self._memory = Memory(desk.versions, feeds_read=desk.feeds_read)
        self._past = Recollection()
        self.handed_in = HandedIn(desk, self._keep)

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
        """The data version: how often figures of any feed have changed; looked up at most once a second."""
        note(None)
        return sum(self._memory.versions().values())

    def versions(self) -> Versions:
        """The data version of each feed, looked up at most once a second."""
        return self._memory.versions()

    def versions_in_hand(self) -> Versions | None:
        """The data versions when they need no look at the database now; never waits, so that an event loop may ask."""
        return self._memory.versions_in_hand()

    def pull(self) -> Versions:
        """The data versions as they are in the database now; boards follow them once they are adopted. Raises StoreUnavailable."""
        return self._memory.pull()

    def adopt(self, versions: Versions) -> None:
        """From now on boards are of these versions of these feeds."""
        self._memory.adopt(versions)

    def standing(self, read: Reading, versions: Versions) -> Standing:
        """What an answer that read this stands on at these versions."""
        everything = not read.is_noted or self._desk.feeds_read(read) is None
        return Standing(self.today(), self._memory.state(read, versions), everything, self.away_since)

    def ranking(self, key: str, period: Period | None = None, as_of: datetime | None = None) -> RankingBoard:
        """A ranking in a period (the newest when none is given). Raises NotFound."""
        return self.ranked(RankingQuestion(key, period, as_of))

    def ranked(self, asked: RankingQuestion) -> RankingBoard:
        """A ranking as it is asked for. Raises NotFound, NoFigures."""

        def compute() -> RankingBoard:
            ranking = self._desk.definitions(asked.as_of).ranking(asked.key)
            if isinstance(ranking, ComputedRanking):
                return self._computed(asked, ranking).board
            assert isinstance(ranking, GivenRanking)
            return given_board(self._desk, asked, ranking, self._version_of(ranking, asked.as_of))

        return self._keep(("ranking", asked), compute)

    def story(self, unit: str, asked: RankingQuestion) -> RankStory:
        """Why a unit stands where it does in a computed ranking. Raises NotFound for one that is not ranked, or not computed."""
        ranking = self._desk.definitions(asked.as_of).ranking(asked.key)
        if not isinstance(ranking, ComputedRanking):
            raise NotFound(f"{ranking.name_vi} do nguồn công bố: hệ thống không tính lại nên không tách được")
        return self._keep(("story", unit, asked), lambda: story(self._computed(asked, ranking), unit))

    def province(self, unit: str, ranking: str, period: Period | None = None, as_of: datetime | None = None) -> ProvinceBoard:
        """One province in a ranking. Raises UnitUnknown, NotFound."""
        return self.province_of(unit, RankingQuestion(ranking, period, as_of))

    def province_of(self, unit: str, asked: RankingQuestion) -> ProvinceBoard:
        """One province in a ranking as it is asked for. Raises UnitUnknown, NotFound, NoFigures."""

        def compute() -> ProvinceBoard:
            board = self.ranked(asked)
            found = province_board(self._desk, unit, board)
            is_told = isinstance(board.ranking, ComputedRanking) and found.row is not None
            return replace(found, story=self.story(unit, asked)) if is_told else found

        return self._keep(("province", unit, asked), compute)

    def _computed(self, asked: RankingQuestion, ranking: ComputedRanking) -> Computed:
        return self._keep(
            ("computed", asked), lambda: computed(self._desk, asked, ranking, self._version_of(ranking, asked.as_of), self._past.recall)
        )

    def indicator(
        self,
        key: str,
        period: Period | None = None,
        tier: str = "province",
        as_of: datetime | None = None,
        agency_tier: str | None = None,
        boundaries: Borders | None = None,
    ) -> IndicatorBoard:
        """An indicator in a period (the newest when none is given), of agencies of one tier (None: all), by some borders (None: those of
        the period). Raises NotFound; BoundariesError, which says why, when it cannot be read by these borders."""
        asked, feed = IndicatorQuestion(key, period, tier, as_of, agency_tier, boundaries), self._feed_of_indicator(key)
        return self._keep(("indicator", asked), lambda: indicator_board(self._desk, asked, self._version_at(as_of, feed)))

    def days(self, board: IndicatorBoard, as_of: datetime | None = None, boundaries: Borders | None = None) -> tuple[Point, ...]:
        """The days of the newest month of an indicator that a board shows, oldest first; none where it is not measured by day."""
        asked = IndicatorQuestion(board.indicator.key, None, "province", as_of, board.agency_tier, boundaries)
        return self._keep(("days", asked), lambda: indicator_days(self._desk, asked, board.periods))

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

    def evidence_record(self, figure: str, number: int) -> Revision:
        """The raw row of one of the observations that a figure was added up from. Raises NotFound, UnitUnknown, PeriodError."""
        return evidence_record(self._desk, self.evidence(figure), number)

    def fact(self, key: str, day: date | None = None, as_of: datetime | None = None) -> FactBoard:
        """What was told of a fact up to the end of a day (today when none is given). Raises NotFound."""
        until = day or self.today()
        found = self._desk.catalog.facts.get(key)
        version = self._version_at(as_of, found.feed if found else None)
        return self._keep(("fact", key, until, as_of), lambda: fact_board(self._desk, key, until, as_of, version))

    def fact_evidence(self, figure: str) -> FactEvidence:
        """What a fact rests on. Raises NotFound, UnitUnknown, PeriodError."""
        return self._keep(("fact evidence", figure), lambda: fact_evidence(self._desk, figure))

    def groups(self, person_id: int | None) -> tuple[UnitGroup, ...]:
        """The groups that a person sees (None: a machine, which sees what all see); read anew each time."""
        return all_groups(self._desk, person_id)

    def groups_declared(self) -> tuple[UnitGroup, ...]:
        """The groups of `data/groups.toml`, which all see and no database is asked for."""
        return declared_groups(self._desk)

    def find_group(self, key: str, person_id: int | None) -> UnitGroup:
        """One of them. Raises NotFound."""
        return find_group(self._desk, key, person_id)

    def group(self, group: UnitGroup, day: date | None = None, as_of: datetime | None = None) -> GroupBoard:
        """A group as of the end of a day (its own, or today, when none is given). Raises NotFound."""
        asked = GroupQuestion(group, day, as_of)

        def indicator(key: str, period: Period | None) -> IndicatorBoard | None:
            try:
                return self.indicator(key, period, group.units[0].tier, as_of)
            except NotFound:
                return None

        return self._keep(("group", asked), lambda: group_board(self._desk, asked, indicator))

    def targets(self, indicator: str, as_of: datetime | None = None) -> tuple[TargetRow, ...]:
        """How every province stands against the targets set for all, which an indicator tells of."""
        return self._keep(("targets", indicator, as_of), lambda: national_rows(self._desk, indicator, as_of))

    def signs(self, as_of: datetime | None = None) -> SignBoard:
        """Signs that a connection is kept for show, of every province. Raises NotFound for an instant of which the board had nothing."""
        when = self._second() // PAUSE
        found = self._memory.keep(("judgement", as_of), lambda: judgement(self._desk, as_of), when=when)
        return self._memory.keep(("signs", as_of), lambda: sign_board(self._desk, found, as_of), when=when)

    def sources(self) -> tuple[SourceBoard, ...]:
        """Every feed in one line; kept for a second, since a run may change it without changing a figure."""
        past = self._memory.keep("sources, days before", lambda: past_days(self._desk), when=self.today())
        return self._memory.keep("sources", lambda: source_boards(self._desk, past), when=self._second())

    def source(self, key: str) -> SourceBoard:
        """One feed of them. Raises NotFound."""
        found = next((one for one in self.sources() if one.feed.key == key), None)
        if found is None:
            raise NotFound(f"không có nguồn số liệu “{key}”")
        return found

    def heard(self, key: str) -> HeardBoard | None:
        """Which provinces a feed was heard of lately; None where there is nothing to say. Raises NotFound."""
        feed = self.source(key).feed
        return self._keep(("heard", key), lambda: heard_board(self._desk, feed))

    def book(self, key: str, asked: BookQuestion) -> SourceBook:
        """A feed's runs and its quarantine, page by page; kept for a second. Raises NotFound."""
        feed = self.source(key).feed
        return self._memory.keep(("book", key, asked), lambda: source_book(self._desk, feed, asked), when=self._second())

    def held_record(self, key: str, number: int) -> HeldBoard:
        """One record in quarantine with what was kept of it. Raises NotFound."""
        return held_board(self._desk, self.source(key).feed, number)

    def replayed(self, key: str, runs: tuple[int, ...]) -> Outcome:
        """What came of runs that read again. Raises NotFound."""
        return outcome(self._desk.store, self.source(key).feed.key, runs)

    def _second(self) -> int:
        return int(self._desk.now().timestamp())

    def cameras(self, role: str | None = None) -> tuple[CameraBoard, ...]:
        """Every camera as it stands, as somebody of a role may see it; kept for a second."""
        return self._memory.keep(f"cameras {role}", lambda: camera_boards(self._desk, role), when=int(self._desk.now().timestamp()))

    def camera(self, key: str) -> Camera:
        """One camera of the list. Raises NotFound."""
        note([CAMERAS])
        return self._desk.cameras.get(key)

    def camera_keys(self) -> tuple[str, ...]:
        """Of every camera that there is now, in the order of the list."""
        note([CAMERAS])
        return tuple(one.key for one in self._desk.cameras)

    def today(self) -> date:
        """The present day in Hà Nội."""
        return self._desk.now().astimezone(HANOI).date()

    def _keep(self, key: tuple[Hashable, ...], compute: Callable[[], Value]) -> Value:
        """Kept for the versions of its feeds and this day: what is late changes with the date."""
        return self._memory.keep(key, compute, when=self.today())

    def _version_at(self, as_of: datetime | None, feed: str | None = None) -> int:
        """The data version of a feed, now or then; without a feed that of all, and what is made from it is made anew with each."""
        if as_of is not None:
            return version_as_of(self._desk.store, as_of, feed)
        return self.version() if feed is None else self._memory.versions().get(feed, 0)

    def _feed_of_indicator(self, key: str) -> str | None:
        # None for one that only a catalog of the past knows.
        indicator = self._desk.catalog.indicators.get(key)
        return indicator.feed if indicator else None

    def _version_of(self, ranking: Ranking, as_of: datetime | None) -> int:
        """The data version of the feeds that a ranking is read from: one more with each change of any of them."""
        keys = (ranking.indicator,) if isinstance(ranking, GivenRanking) else ranking.component_keys
        feeds = {self._feed_of_indicator(key) for key in keys}
        return self._version_at(as_of) if None in feeds else sum(self._version_at(as_of, feed) for feed in feeds)
