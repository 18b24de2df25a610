"""The book of workbooks that units handed in: versions of a report and period, their steps, what was read of each.

Every function may raise StoreUnavailable. Nothing here is a figure: those land when a submission is approved.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, and_, func, select, text

from dashboard.errors import NotFound
from dashboard.observations import Provenance
from dashboard.store import Store
from dashboard.store.accounts import person
from dashboard.store.queries import Cell
from dashboard.store.schema_submissions import submission, submission_content, submission_step
from dashboard.store.submission_content import Content, content_from

VERSIONED = "submissions"
"""The name under which changes of submissions are counted beside those of feeds, and under which they are read."""

State = Literal["draft", "waiting", "approved", "returned", "withdrawn", "replaced"]
"""draft: previewed, nobody stands for it yet. waiting: confirmed, for the approval. replaced: a later version stands in its place."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A workbook as it was brought and read. `mapping` None: nobody has shown yet which column says what.

    `brought_sha256` is of the bytes as they came, `sha256` of those that are kept.
    """

    report: str
    unit: str
    period: str
    file_name: str
    brought_sha256: str
    sha256: str
    size: int
    provenance: Provenance
    mapping: Json | None
    fingerprint: str
    figures: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class Submission(Draft):
    """A draft in the book: its number, version and state; `run_id` is the run that landed it."""

    id: int
    version: int
    state: State
    run_id: int | None
    handed_in_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step: a person, or a machine or folder without one; `address` is for the audit."""

    name: str
    person_id: int | None = None
    address: str = ""

    def is_same(self, step: "Step") -> bool:
        """Whether that step was this one's."""
        return self.name == step.actor or (self.person_id is not None and self.person_id == step.person_id)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a submission: the state that it led to, by whom and when; `who` is the name that the person goes by."""

    submission_id: int
    state: State
    actor: str
    person_id: int | None
    reason: str
    at: datetime
    who: str


COLUMNS = [submission.c[one.name] for one in fields(Submission)]

STATES_VI: Mapping[str, str] = {
    "draft": "chưa được xác nhận",
    "waiting": "đang chờ duyệt",
    "approved": "đã được duyệt",
    "returned": "đã bị trả lại",
    "withdrawn": "đã được rút",
    "replaced": "đã có bản khác thay",
}


def submission_of(row: Row[Any]) -> Submission:
    """A row of COLUMNS."""
    return Submission(**row._mapping)


def find(store: Store, number: int) -> Submission:
    """One submission. Raises NotFound."""
    with store.transaction([VERSIONED]) as connection:
        row = connection.execute(select(*COLUMNS).where(submission.c.id == number)).one_or_none()
    if row is None:
        raise NotFound(f"không có bản nộp số {number}")
    return submission_of(row)


def content_of(store: Store, number: int) -> Content:
    """What was read of a submission, as it was shown to whoever confirmed it. Raises NotFound."""
    with store.transaction([VERSIONED]) as connection:
        found = connection.scalar(select(submission_content.c.content).where(submission_content.c.submission_id == number))
    if found is None:
        raise NotFound(f"không có bản nộp số {number}")
    return content_from(found)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which submissions are asked for; what is None may be any. `first` and `most` are a page of them, newest first."""

    unit: str | None = None
    report: str | None = None
    period: str | None = None
    state: State | None = None
    first: int = 0
    most: int = 200


def listed(store: Store, wanted: Wanted) -> list[Submission]:
    """Newest first."""
    asked = [(column, getattr(wanted, column)) for column in ("unit", "report", "period", "state")]
    ours = [submission.c[column] == value for column, value in asked if value is not None]
    statement = select(*COLUMNS).where(and_(True, *ours)).order_by(submission.c.id.desc()).offset(wanted.first).limit(wanted.most)
    with store.transaction([VERSIONED]) as connection:
        return [submission_of(row) for row in connection.execute(statement)]


def steps(store: Store, numbers: Iterable[int]) -> dict[int, list[Step]]:
    """By submission: its steps, oldest first."""
    table = submission_step.c
    who = func.coalesce(person.c.display_name, table.actor).label("who")
    columns = (table.submission_id, table.state, table.actor, table.person_id, table.reason, table.at, who)
    statement = select(*columns).join_from(submission_step, person, isouter=True).where(table.submission_id.in_(list(numbers)))
    found: dict[int, list[Step]] = {}
    with store.transaction([VERSIONED]) as connection:
        for row in connection.execute(statement.order_by(table.id)):
            found.setdefault(row.submission_id, []).append(Step(**row._mapping))
    return found


def of_run(store: Store, run_id: int) -> Submission | None:
    """The submission that a run landed; None for a run that landed none."""
    with store.transaction([VERSIONED]) as connection:
        row = connection.execute(select(*COLUMNS).where(submission.c.run_id == run_id)).one_or_none()
    return None if row is None else submission_of(row)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A later version that was approved and says of a cell what stands already: `cell` is where, `at` when it was approved."""

    submission_id: int
    version: int
    cell: str
    at: datetime


_SAID_AGAIN = text(
    """
    SELECT s.id AS submission_id, s.version, f.figure ->> 5 AS cell, p.at, CAST(f.figure ->> 4 AS double precision) AS value
    FROM submission s JOIN submission_content c ON c.submission_id = s.id
    CROSS JOIN LATERAL jsonb_array_elements(c.content -> 'figures') AS f (figure)
    CROSS JOIN LATERAL (SELECT min(at) AS at FROM submission_step WHERE submission_id = s.id AND state = 'approved') p
    WHERE s.run_id > :run AND s.unit = ANY (:units) AND s.period = :period
      AND f.figure ->> 0 = :measure AND f.figure ->> 1 = :unit AND f.figure ->> 2 = :period AND f.figure ->> 3 = :detail
    ORDER BY s.run_id
    """
)


def confirmations(store: Store, one: Cell, units: Iterable[str]) -> tuple[Confirmation, ...]:
    """The versions that these units handed in after a figure had landed and that say the same of it, oldest first, up to one that does not.

    What says what stands already writes no row, so nothing but the book knows of it.
    """
    asked = {"run": one.run_id, "units": list(units)} | {name: getattr(one, name) for name in ("measure", "unit", "period", "detail")}
    found: list[Confirmation] = []
    with store.transaction([VERSIONED]) as connection:
        for row in connection.execute(_SAID_AGAIN, asked):
            if row.value != one.value:
                break
            found.append(Confirmation(row.submission_id, row.version, row.cell, row.at))
    return tuple(found)
