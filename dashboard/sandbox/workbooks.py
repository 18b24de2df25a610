"""Some provinces of the sandbox hand in workbooks, over the real API and with templates that they took from it; all of it simulated.

One is approved, one returned with a reason, one has faults in it, one waits, one was approved and then corrected; a file of faults may make
others late. What a province has handed in once it does not hand in again, so that a second play changes nothing.
"""

import datetime as dt
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from secrets import token_urlsafe
from typing import Any, Final, Literal

import httpx
import structlog

from dashboard.access import people, tokens
from dashboard.access.roles import Role
from dashboard.errors import FeedError, NotFound
from dashboard.ingest import Desk
from dashboard.periods import Grain, Period
from dashboard.sandbox import monthly
from dashboard.sandbox.country import Player, country
from dashboard.sandbox.plausible import World
from dashboard.sandbox.rhythm import Rhythm
from dashboard.store import Store
from dashboard.submissions.cleaning import copied
from dashboard.submissions.form import FILE
from dashboard.workbooks.headers import CODE, guess
from dashboard.workbooks.headers import Mapping as Columns
from dashboard.workbooks.reading import read_tables
from dashboard.workbooks.reports import Report
from dashboard.workbooks.rows import places_of
from dashboard.workbooks.table import Row, Value

log = structlog.get_logger()

Fate = Literal["approved", "returned", "faulty", "waiting", "corrected"]
APPROVED: Final[Fate] = "approved"
REPORT: Final = "electronic_work"
CAST: Final[Mapping[str, Fate]] = {
    "bac_ninh_2025": "approved",
    "phu_tho_2025": "returned",
    "hue": "faulty",
    "da_nang_2025": "waiting",
    "lam_dong_2025": "corrected",
}
REASON: Final = "Mô phỏng: số hồ sơ của các xã thấp bất thường so với tháng trước, đề nghị rà soát lại rồi nộp lại"
_TIMEOUT: Final = httpx.Timeout(60.0)
_PATIENCE: Final = 60
"""Seconds to wait for web."""
_MORE: Final = 1.04
"""What a correction adds to the files that were handled."""


@dataclass(frozen=True, slots=True)
class Clerks:
    """The tokens of a province's two persons: who hands in, and who approves."""

    hands_in: str
    approves: str


def clerks(store: Store, unit: str) -> Clerks:
    """Two simulated persons of a province with a token each; tokens of an earlier play end. Their passwords are nowhere."""
    made = []
    for role, scope, word in ((Role.PROVINCE, "hand_in", "nop"), (Role.PROVINCE_APPROVER, "approve", "duyet")):
        username, name = f"mophong.{word}.{unit.replace('_', '-')}", f"mô phỏng: {word} {unit}"
        if not people.exists(store, username):
            people.create(store, username, f"Mô phỏng: người {'nộp' if word == 'nop' else 'duyệt'}", role, unit, token_urlsafe(24))
        with suppress(NotFound):
            tokens.revoke(store, name)
        made.append(tokens.issue(store, name, [scope], username=username, simulated=True))
    return Clerks(*made)


def play(desk: Desk, report: Report, base_url: str, today: dt.date, seed: int, cast: Mapping[str, Fate] = CAST) -> int:
    """Lets the cast hand in the last period that is over; how many did so now. Raises FeedError when the API turns them away."""
    month = Period.of(Grain.MONTH, today).previous()
    world, players = World(seed, Rhythm(desk.days_off)), {one.unit: one for one in country(desk.units, today, seed)}
    done = 0
    with httpx.Client(base_url=base_url, timeout=_TIMEOUT, trust_env=False) as client:
        _await(client)
        for unit, fate in cast.items():
            hand = _Hand(client, clerks(desk.store, unit), report, unit, month)
            if unit in players and not hand.has_handed_in():
                _act(hand, fate, _figures(world, players[unit], month), desk)
                done += 1
    return done


def _await(client: httpx.Client) -> None:
    """Waits until web answers: the sandbox may be the quicker one at a start."""
    for _ in range(_PATIENCE):
        with suppress(httpx.TransportError):
            client.get("/healthz")
            return
        time.sleep(1)


@dataclass(frozen=True)
class _Hand:
    """One province at the API."""

    client: httpx.Client
    clerks: Clerks
    report: Report
    unit: str
    month: Period

    @property
    def asked(self) -> dict[str, str]:
        return {"unit": self.unit, "period": str(self.month)}

    def has_handed_in(self) -> bool:
        found = self._call("GET", "/api/v1/submissions", self.clerks.hands_in, params={**self.asked, "report": self.report.key})
        return bool(found.json()["submissions"])

    def template(self) -> bytes:
        """The blank workbook."""
        return self._call("GET", f"/api/v1/reports/{self.report.key}/template", self.clerks.hands_in, params=self.asked).content

    def bring(self, name: str, content: bytes) -> int:
        """Brings a workbook, which says of itself what it is of; its number."""
        answer = self._call("POST", "/api/v1/submissions", self.clerks.hands_in, files={FILE: (name, content)})
        return int(answer.json()["submission"]["id"])

    def confirm(self, number: int) -> None:
        """Stands for it."""
        self._call("POST", f"/api/v1/submissions/{number}/confirm", self.clerks.hands_in)

    def decide(self, number: int, act: str, **body: str) -> None:
        """Approves or returns it."""
        self._call("POST", f"/api/v1/submissions/{number}/{act}", self.clerks.approves, **({"json": body} if body else {}))

    def _call(self, method: str, path: str, token: str, **more: Any) -> httpx.Response:
        try:
            answer = self.client.request(method, path, headers={"Authorization": f"Bearer {token}"}, **more)
        except httpx.TransportError as error:
            raise FeedError(f"{path}: web does not answer ({error})") from error
        if answer.is_error:
            raise FeedError(f"{path}: {answer.status_code} {answer.text[:300]}")
        return answer


def _act(hand: _Hand, fate: Fate, figures: Mapping[str, Mapping[str, int]], desk: Desk) -> None:
    name = f"bao-cao-{hand.month}-{hand.unit.replace('_', '-')}.xlsx"
    blank = hand.template()
    number = hand.bring(name, filled(desk, hand.report, (hand.unit, hand.month), blank, figures, faulty=fate == "faulty"))
    if fate != "faulty":
        hand.confirm(number)
    if fate == "returned":
        hand.decide(number, "return", reason=REASON)
    if fate in ("approved", "corrected"):
        hand.decide(number, "approve")
    if fate == "corrected":
        more = {tier: {**one, "case_files_processed": round(one["case_files_processed"] * _MORE)} for tier, one in figures.items()}
        again = filled(desk, hand.report, (hand.unit, hand.month), blank, more)
        hand.confirm(hand.bring(name.replace(".xlsx", "-dinh-chinh.xlsx"), again))


def _figures(world: World, player: Player, month: Period) -> dict[str, dict[str, int]]:
    """By tier and measure: what the province reports of the month, as its history says."""
    found: dict[str, dict[str, int]] = {}
    for measure, detail, value in monthly.reporting(world, player, month):
        found.setdefault(detail.removeprefix("tier="), {})[measure] = int(value)
    return found


def filled(
    desk: Desk, report: Report, asked: tuple[str, Period], blank: bytes, figures: Mapping[str, Mapping[str, int]], *, faulty: bool = False
) -> bytes:
    """A template with figures in it: those of a tier are shared out among its units. `faulty`: with the slips that people make."""
    tables = read_tables(blank, "mau.xlsx")
    table = next(one for one in tables if isinstance(guess(report, one), Columns))
    columns = guess(report, table)
    assert isinstance(columns, Columns)
    places = places_of(report, *asked, desk.units)
    by_tier: dict[str, list[str]] = {}
    for place in places.rows:
        by_tier.setdefault(str(place.tier), []).append(place.code)
    values = {code: one for tier, codes in by_tier.items() for code, one in zip(codes, _shared(figures[tier], len(codes)), strict=True)}
    rows = [_filled(row, columns, values) for row in table.rows]
    return copied([replace(table, rows=tuple(_slips(rows, columns) if faulty else rows))])


def _filled(row: Row, columns: Columns, values: Mapping[str, Mapping[str, int]]) -> Row:
    own = values.get(str(row.value(columns.columns[CODE]) or "")) if row.number > columns.last_row else None
    if own is None:
        return row
    cells: list[Value] = [*row.values, *[None] * (1 + max(columns.columns.values()) - len(row.values))]
    for key, value in own.items():
        cells[columns.columns[key]] = value
    return Row(row.number, tuple(cells))


def _shared(figures: Mapping[str, int], units: int) -> Iterator[dict[str, int]]:
    """Each measure in so many parts that add up to it, as even as whole numbers can be; no part above its whole."""
    for place in range(units):
        yield {measure: total // units + (place < total % units) for measure, total in figures.items()}


def _slips(rows: Sequence[Row], columns: Columns) -> Iterator[Row]:
    """More connected than there are, words where a figure should stand, a figure below zero."""
    wrong: dict[int, tuple[str, Value]] = {
        3: ("reporting_bodies_connected", 9999),
        5: ("case_files_processed", "chưa tổng hợp"),
        8: ("case_files_electronic", -12),
    }
    seen = 0
    for row in rows:
        is_unit = row.number > columns.last_row and CODE in columns.columns and row.value(columns.columns[CODE]) is not None
        seen += is_unit
        key, value = wrong.get(seen, ("", None)) if is_unit else ("", None)
        cells = list(row.values)
        if key:
            cells[columns.columns[key]] = value
        yield Row(row.number, tuple(cells))
