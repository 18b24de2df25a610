"""What goes wrong in the sandbox's portal and with its provinces' workbooks, and when: a file that `DASHBOARD_SANDBOX_SCENARIO` names.

[[fault]]
kind = "down"            # down, slow, duplicate, malformed, torn, schema, forgetful, late
after_minutes = 10       # since the sandbox began; 0 if left out
for_minutes = 5          # for good if left out
every_minutes = 60       # again and again; once if left out
service = "DongBoHoSoMC" # of that service only
share = 0.1              # of the records (duplicate, malformed) or answers (the others)
seconds = 20             # how slow
minutes = 180            # how late; lateness has no beginning and no end

[[fault]]
kind = "late"
service = "workbooks"    # of the provinces' workbooks, of which nothing else goes wrong: a share of the provinces
share = 0.2              # has not reported the newest month,
minutes = 30             # and hands it in so long after the sandbox began
"""

import datetime as dt
import random
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dashboard.errors import ConfigurationError

WORKBOOKS: Final = "workbooks"

Kind = Literal["down", "slow", "duplicate", "malformed", "torn", "schema", "forgetful", "late"]


class Fault(BaseModel):
    """One thing that goes wrong, as above."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    after_minutes: Annotated[float, Field(ge=0)] = 0
    for_minutes: Annotated[float, Field(gt=0)] | None = None
    every_minutes: Annotated[float, Field(gt=0)] | None = None
    service: str = ""
    share: Annotated[float, Field(gt=0, le=1)] = 1
    seconds: Annotated[float, Field(gt=0, le=600)] = 20
    minutes: Annotated[float, Field(gt=0)] = 180

    @model_validator(mode="after")
    def _lateness_is_steady(self) -> "Fault":
        if self.kind == "late" and (self.after_minutes or self.for_minutes or self.every_minutes):
            raise ValueError("what is late is late all the time: with a beginning and an end dossiers would get lost in between")
        if self.service == WORKBOOKS and self.kind != "late":
            raise ValueError("workbooks are late or in time; what else is wrong with them the sandbox's cast shows")
        return self

    def holds(self, since_start: dt.timedelta, service: str) -> bool:
        """Whether it goes wrong at a time after the start, for a service."""
        minutes = since_start.total_seconds() / 60 - self.after_minutes
        if minutes < 0 or (self.service and self.service != service):
            return False
        if self.every_minutes is not None:
            minutes %= self.every_minutes
        return self.for_minutes is None or minutes < self.for_minutes


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    fault: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """All that goes wrong, from a start on."""

    faults: Sequence[Fault]
    start: dt.datetime

    @classmethod
    def read(cls, path: Path | None, start: dt.datetime) -> "Scenario":
        """Of a file; nothing goes wrong without one. Raises ConfigurationError that names what is wrong in it."""
        if path is None:
            return cls((), start)
        try:
            return cls(_File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).fault, start)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigurationError(f"DASHBOARD_SANDBOX_SCENARIO: {path} cannot be read: {error}") from None
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise ConfigurationError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None

    def now(self, kind: Kind, service: str, now: dt.datetime) -> Fault | None:
        """The fault of a kind that holds now."""
        return next((one for one in self.faults if one.kind == kind and one.holds(now - self.start, service)), None)


@dataclass(frozen=True, slots=True)
class Late:
    """Who hands in late, and how long after the start."""

    units: frozenset[str] = frozenset()
    after: dt.timedelta = dt.timedelta()


def late_workbooks(scenario: Scenario, units: Iterable[str]) -> Late:
    """Which of these provinces hand in their workbook late; none without such a fault."""
    fault = next((one for one in scenario.faults if one.kind == "late" and one.service == WORKBOOKS), None)
    if fault is None:
        return Late()
    return Late(frozenset(one for one in units if strikes(fault, one)), dt.timedelta(minutes=fault.minutes))


def strikes(fault: Fault | None, *what: object) -> bool:
    """Whether a fault strikes this one thing: always the same of the same."""
    return fault is not None and random.Random("|".join(map(str, (fault.kind, *what)))).random() < fault.share
