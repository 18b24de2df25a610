"""The scene that the sandbox plays: which day it is there, who is on stage, and their keys to the centre."""

import base64
import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from dashboard.access import tokens
from dashboard.errors import NotFound
from dashboard.formats import HANOI
from dashboard.ingest import Desk
from dashboard.sandbox import paper
from dashboard.sandbox.authority import Authority, Holder
from dashboard.sandbox.country import Player, country
from dashboard.sandbox.history import AXIS
from dashboard.sandbox.signature import Signer
from dashboard.sandbox.traffic import Traffic, agency_of
from dashboard.store import Store

Scenario = Literal["2020", "2025"]
SEED: Final = 2020
"""Of the history, so that every demonstration tells the same one."""
MEETING: Final = dt.date(2020, 9, 11)
"""The day that is played in the scenario of 2020."""
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stage:
    """The time of a scene: that of the clock on the wall, less `shift`."""

    shift: dt.timedelta

    @classmethod
    def of(cls, scenario: Scenario, today: dt.date) -> "Stage":
        """A scene that begins now; in that of 2020 today is the day of the meeting."""
        return cls(today - MEETING if scenario == "2020" else dt.timedelta(0))

    def now(self) -> dt.datetime:
        """The instant on stage, in +07:00."""
        return dt.datetime.now(HANOI) - self.shift

    def days(self, years: int) -> tuple[dt.date, dt.date]:
        """First and last day of so many years up to yesterday."""
        today = self.now().date()
        first = dt.date(today.year - years, today.month, min(today.day, 28))
        return first, today - _DAY


def cast(desk: Desk, stage: Stage, seed: int, trust: Path) -> list[Traffic]:
    """A gateway for each province of the day on stage; `seed` is that of their messages, what they are like is always the same.

    They sign with certificates of one authority, made now, whose own certificate and revocations go to the folder `trust`. Takes some
    seconds, and is not to be called where an event loop runs.
    """
    players = country(desk.units, stage.now().date(), SEED)
    authority = Authority()
    authority.publish(trust, [agency_of(one) for one in players])
    signer, pdfs = Signer(authority), _pdfs(authority)
    return [Traffic(one, [other for other in players if other is not one], seed, desk.days_off, signer, pdfs) for one in players]


def _pdfs(authority: Authority) -> list[str]:
    """Attachments that persons signed; one was changed afterwards."""
    made = [paper.signed(paper.page(), authority, Holder("Văn phòng mô phỏng", person)) for person in range(101, 106)]
    made.append(made[0].replace(b"Van ban mo phong", b"Van ban bi sua!!"))
    return [base64.b64encode(one).decode() for one in made]


def keys(store: Store, players: Sequence[Player]) -> dict[str, str]:
    """A simulated token for each gateway, by agency code; those of an earlier play end. They are nowhere but in this process."""
    made = {}
    for one in players:
        name = f"mô phỏng: cổng kết nối {one.code}"
        with suppress(NotFound):
            tokens.revoke(store, name)
        made[one.code] = tokens.issue(store, name, [f"feed:{AXIS}"], simulated=True)
    return made
