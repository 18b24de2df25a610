"""The sandbox's systems beside its cameras: the history of all feeds, and the gateways that send messages as long as it is played."""

import asyncio
import datetime as dt
import os
import socket
import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import structlog

from dashboard.cli import logs, rooms
from dashboard.errors import DashboardError, FeedError
from dashboard.formats import HANOI
from dashboard.settings import Settings

if TYPE_CHECKING:
    from dashboard.ingest import Desk
    from dashboard.sandbox.faults import Late
    from dashboard.sandbox.gateway import Book

Scenario = Literal["2020", "2025"]
_AGAIN = 20.0  # seconds until what failed is tried again
_TELL = 60.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Play:
    """What is played: the scenario, years of history before it, the seed of the messages, and how many of them a second."""

    scenario: Scenario = "2025"
    years: int = 2
    seed: int | None = None
    rate: float = 1.0

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """First and last day of the history."""
        from dashboard.sandbox.stage import Stage

        return Stage.of(self.scenario, _today()).days(self.years)


def write_history(settings: Settings, url: str, play: Play) -> None:
    """Writes what is not there yet, with a bar. Raises FeedError where a feed holds real figures, StoreUnavailable."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    from dashboard.sandbox import history, stage
    from dashboard.store import Store
    from dashboard.store.migrate import migrate

    logs.set_up("error")  # the bar tells
    landed = 0
    with closing(Store.open(url, connections=2)) as store:
        if settings.database_url is None:
            migrate(store)
        desk = rooms.ingest_desk(settings, store, rooms.read_definitions(settings))
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("Lịch sử mô phỏng")
            for one in history.write(desk, stage.SEED, *play.days):
                landed += one.landed
                bar.update(task, completed=one.done, total=one.total, description=f"Mô phỏng {one.span.first:%m/%Y} · {one.feed}")
    print(f"lịch sử mô phỏng: {landed} số liệu mới")


def keep_playing(settings: Settings, url: str, play: Play, with_history: bool) -> None:
    """History that is not there yet if asked for, then gateways until one is turned away, as where there are real figures; what else fails
    is told and tried again."""
    from dashboard.store import Store

    begun = time.monotonic()
    with closing(Store.open(url, connections=2)) as store:
        while True:
            try:
                desk = rooms.ingest_desk(settings, store, rooms.read_definitions(settings))
                late = _late(settings, desk, play)
                if with_history:
                    # Workbooks first: years of history take minutes, and whoever opens a demonstration looks for one to approve.
                    _hand_in(settings, desk, play)
                    _catch_up(desk, play, late)
                asyncio.run(_send(desk, settings, play, _Awaited(late, begun) if with_history else None))
            except FeedError as error:
                log.warning("the sandbox's gateways end", reason=str(error))
                return
            except DashboardError as error:
                log.warning("the sandbox's gateways pause", reason=str(error))
            time.sleep(_AGAIN)


def open_portal(settings: Settings, listener: socket.socket) -> None:
    """Serves the sandbox's portal from now on, in a thread of its own; its dossiers are those of today and the two days before.

    Raises ConfigurationError for a scenario that cannot be read.
    """
    from dashboard.periods import load_holidays
    from dashboard.sandbox import portal, stage
    from dashboard.sandbox.board_766 import Board
    from dashboard.sandbox.country import country
    from dashboard.sandbox.dossiers import Archive
    from dashboard.sandbox.faults import Scenario
    from dashboard.sandbox.plausible import World
    from dashboard.sandbox.rhythm import Rhythm

    scenario = Scenario.read(settings.sandbox_scenario, dt.datetime.now(HANOI))
    units, days_off = rooms.read_definitions(settings).units, load_holidays(settings.data_dir / "holidays.csv")
    today = _today()
    players = country(units, today, stage.SEED)
    world = World(stage.SEED, Rhythm(days_off))
    archive = Archive(world, players, today - dt.timedelta(days=2))
    name, password = (os.environ.get(one, rooms.SANDBOX_WORD) for one in (rooms.PORTAL_USERNAME, rooms.PORTAL_PASSWORD))
    portal.open_portal(portal.Portal(archive, name, password, scenario, board=Board(world, players)), listener)


@dataclass(frozen=True)
class _Awaited:
    """Provinces whose workbooks are still to come, and when the clock began that says when."""

    late: "Late"
    begun: float

    @property
    def seconds(self) -> float:
        """Until they come."""
        return max(0.0, self.begun + self.late.after.total_seconds() - time.monotonic())


def _late(settings: Settings, desk: "Desk", play: Play) -> "Late":
    """The provinces that a scenario makes late; those of the cast never are. Raises ConfigurationError."""
    from dashboard.sandbox import workbooks
    from dashboard.sandbox.faults import Late, Scenario, late_workbooks
    from dashboard.units.unit import Tier

    if play.scenario != "2025":
        return Late()
    scenario = Scenario.read(settings.sandbox_scenario, dt.datetime.now(HANOI))
    provinces = (one.key for one in desk.units.of_tier(Tier.PROVINCE, _today()))
    return late_workbooks(scenario, [one for one in provinces if one not in workbooks.CAST])


def _catch_up(desk: "Desk", play: Play, late: "Late") -> None:
    from dashboard.sandbox import history, stage

    for feed in history.FEEDS:
        try:
            landed = sum(one.landed for one in history.write(desk, stage.SEED, *play.days, feeds=[feed], late=late.units))
        except FeedError as error:
            log.warning("a feed gets no simulated history", feed=feed, reason=str(error))
        else:
            log.info("simulated history written", feed=feed, landed=landed)


def _hand_in(settings: Settings, desk: "Desk", play: Play, late: "Late | None" = None) -> None:
    """Workbooks of the cast, or of those that were late; where nobody may bring simulated figures, the others go on without them."""
    from dashboard.sandbox import stage, workbooks
    from dashboard.workbooks.reports import load_reports

    reports = load_reports(settings.data_dir, desk.catalog)
    if workbooks.REPORT not in reports or play.scenario != "2025":
        return
    try:
        cast = workbooks.CAST if late is None else dict.fromkeys(sorted(late.units), workbooks.APPROVED)
        done = workbooks.play(desk, reports[workbooks.REPORT], rooms.web_address(settings), _today(), stage.SEED, cast)
    except FeedError as error:
        log.warning("no workbooks of the sandbox", reason=str(error))
    else:
        log.info("workbooks of the sandbox handed in", provinces=done)


async def _hand_in_late(settings: Settings, desk: "Desk", play: Play, awaited: _Awaited) -> None:
    if awaited.late.units:
        await asyncio.sleep(awaited.seconds)
        await asyncio.to_thread(_hand_in, settings, desk, play, awaited.late)


async def _send(desk: "Desk", settings: Settings, play: Play, awaited: _Awaited | None) -> None:
    from dashboard.sandbox import gateway, stage

    scene = stage.Stage.of(play.scenario, _today())
    seed = play.seed if play.seed is not None else time.time_ns()
    traffics = await asyncio.to_thread(stage.cast, desk, scene, seed, rooms.simulated_trust(settings))
    keys = await asyncio.to_thread(stage.keys, desk.store, [one.player for one in traffics])
    book = gateway.Book()
    beside = [asyncio.create_task(_tell(book))]
    if awaited is not None:
        beside.append(asyncio.create_task(_hand_in_late(settings, desk, play, awaited)))
    try:
        await gateway.play(rooms.web_address(settings), traffics, keys, gateway.Pace(play.rate, scene.now), book)
    finally:
        for task in beside:
            task.cancel()
        log.info("gateways of the sandbox", messages=book.line())


async def _tell(book: "Book") -> None:
    while True:
        await asyncio.sleep(_TELL)
        log.info("gateways of the sandbox", messages=book.line())


def _today() -> dt.date:
    return dt.datetime.now(HANOI).date()
