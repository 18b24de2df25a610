"""The shapes in which machines hear of reports and of workbooks that were handed in."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.answers import local
from dashboard.store.submission_book import Step, Submission
from dashboard.store.submission_content import Content

State = Literal["draft", "waiting", "approved", "returned", "withdrawn", "replaced"]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class DueAnswer(_Answer):
    """A report of one period: how a unit stands with it."""

    period: str
    due: str = Field(description="the day by which it is to be approved")
    state: Literal["not_handed_in", "late", "draft", "waiting", "returned", "approved"]
    submission: int | None = Field(description="the version that the state is of")
    template: str


class ReportAnswer(_Answer):
    """A report that units hand in, with what is awaited of one of them."""

    report: str
    name: str
    grain: str
    feed: str = Field(description="the feed by which its figures land")
    columns: list[str]
    due: list[DueAnswer] = Field(description="newest period first; empty when no unit was asked for")


class ReportsAnswer(_Answer):
    """Every report."""

    unit: str | None
    reports: list[ReportAnswer]


class FigureAnswer(_Answer):
    """A figure as it would land, with the cell where it stands."""

    cell: str = Field(description="`Sheet!C7`")
    measure: str
    unit: str
    period: str
    detail: str
    value: float


class ProblemAnswer(_Answer):
    """What is wrong at a cell."""

    cell: str = Field(description="empty: with all of the workbook")
    words: str
    severity: Literal["error", "warning"]


class IgnoredAnswer(_Answer):
    """A row that is not read."""

    cell: str
    text: str
    reason: str


class HeaderAnswer(_Answer):
    """A header of which nobody has said yet what it means."""

    place: str
    words: str


class StepAnswer(_Answer):
    """A step of a submission."""

    state: State
    by: str
    reason: str
    at: str


class SubmissionAnswer(_Answer):
    """A workbook that was handed in, without what was read of it."""

    id: int
    report: str
    unit: str
    period: str
    version: int
    state: State
    file: str
    sha256: str = Field(description="of the bytes as they were brought")
    bytes: int
    figures: int
    errors: int
    warnings: int
    simulated: bool
    run: int | None = Field(description="the run that landed its figures")
    handed_in_at: str


class SubmissionsAnswer(_Answer):
    """Newest first."""

    submissions: list[SubmissionAnswer]
    next_offset: int | None


class PreviewAnswer(_Answer):
    """A workbook that was handed in: what was read of it, what is wrong at which cell, its steps."""

    submission: SubmissionAnswer
    repeated: bool = Field(description="the same bytes had been brought before, and this is what they are")
    figures: list[FigureAnswer]
    problems: list[ProblemAnswer]
    ignored: list[IgnoredAnswer] = Field(description="rows that are not read, with the reason")
    headers: list[HeaderAnswer] = Field(description="headers to be shown what they mean, by POST to …/mapping; empty when all are known")
    steps: list[StepAnswer]


class Reason(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=5, max_length=500)


class Columns(BaseModel):
    """Which header is which column of the report: by the report's column, the place of its header as the preview names it."""

    model_config = ConfigDict(extra="forbid")

    columns: dict[str, str] = Field(min_length=1, max_length=100)


def submission_answer(one: Submission) -> SubmissionAnswer:
    """A submission for machines."""
    return SubmissionAnswer(
        id=one.id,
        report=one.report,
        unit=one.unit,
        period=one.period,
        version=one.version,
        state=one.state,
        file=one.file_name,
        sha256=one.brought_sha256,
        bytes=one.size,
        figures=one.figures,
        errors=one.errors,
        warnings=one.warnings,
        simulated=one.provenance == "simulated",
        run=one.run_id,
        handed_in_at=str(local(one.handed_in_at)),
    )


def preview_answer(one: Submission, content: Content, taken: Sequence[Step], *, repeated: bool = False) -> PreviewAnswer:
    """A submission with what was read of it."""
    figures = [
        FigureAnswer(cell=each.cell, measure=each.measure, unit=each.unit, period=each.period, detail=each.detail, value=each.value)
        for each in content.figures
    ]
    return PreviewAnswer(
        submission=submission_answer(one),
        repeated=repeated,
        figures=figures,
        problems=[ProblemAnswer(cell=each.cell, words=each.words, severity=each.severity) for each in content.troubles],
        ignored=[IgnoredAnswer(cell=cell, text=text, reason=reason) for cell, text, reason in content.ignored],
        headers=[HeaderAnswer(place=place, words=words) for place, words in content.headers],
        steps=[StepAnswer(state=step.state, by=step.who, reason=step.reason, at=str(local(step.at))) for step in taken],
    )
