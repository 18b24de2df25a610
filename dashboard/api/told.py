"""Facts for machines: what sources said of units, with the level in words beside its number, and the quote."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard.access.roles import Permission
from dashboard.access.viewer import Viewer
from dashboard.api.answers import local
from dashboard.api.describe import boundaries, evidence_link
from dashboard.api.measured import revision
from dashboard.api.models import RevisionAnswer, State
from dashboard.boards.facts import FactBoard, FactEvidence, Statement
from dashboard.components.told import value_words
from dashboard.figures.folding import Borders
from dashboard.periods import Grain, Period


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class StatementAnswer(_Answer):
    """What was told of one unit. A unit that no source speaks of is not listed: that is neither zero nor no."""

    unit: str
    name: str
    period: str
    value: float
    level: str | None = Field(description="key of the level; null for shares and counts")
    level_text: str = Field(description="the level, share or count in Vietnamese words: `đang thử nghiệm`, `hơn 90%`")
    more_than: bool = Field(description="the value is a lower end")
    quote: str
    state: State
    source: str
    evidence: str | None


class FactAnswer(_Answer):
    """A fact as of the end of a day: for each unit the latest that was told."""

    indicator: str = Field(description="key of the fact")
    name: str
    form: Literal["level", "share", "count"]
    levels: dict[str, str] = Field(description="number → word, of a fact that goes by levels")
    on: str
    boundaries: Literal["2020", "2025"]
    tier: str
    data_version: int
    as_of: str
    simulated: bool
    values: list[StatementAnswer]


class FactEvidenceAnswer(_Answer):
    """fact → quote → run → raw row, newest first."""

    figure: str
    statement: StatementAnswer
    revisions: list[RevisionAnswer]


def values(board: FactBoard, wanted: Borders | None, as_of: datetime) -> FactAnswer:
    """A fact's statements, by the borders of the day they speak of."""
    newest = max((one.period for one in board.statements), default=Period.of(Grain.DAY, board.day))
    fact = board.fact
    return FactAnswer(
        indicator=fact.key,
        name=fact.name_vi,
        form=fact.form,
        levels={f"{level.value:g}": level.name_vi for level in fact.levels},
        on=board.day.isoformat(),
        boundaries=boundaries(newest, wanted),
        tier=fact.tier,
        data_version=board.data_version,
        as_of=str(local(as_of)),
        simulated=any(one.provenance == "simulated" for one in board.statements),
        values=[_statement(one) for one in board.statements],
    )


def evidence(found: FactEvidence, viewer: Viewer) -> FactEvidenceAnswer:
    """A fact's evidence: the quote for all, raw rows only for those who may see them for this unit."""
    one = found.statement
    is_open = viewer.may(Permission.SEE_EVIDENCE, one.unit.key)
    return FactEvidenceAnswer(figure=one.figure, statement=_statement(one), revisions=[revision(each, is_open) for each in found.told])


def _statement(one: Statement) -> StatementAnswer:
    return StatementAnswer(
        unit=one.unit.key,
        name=one.unit.name_vi,
        period=str(one.period),
        value=one.value,
        level=one.level.key if one.level else None,
        level_text=value_words(one),
        more_than=one.is_more,
        quote=one.quote,
        state=one.provenance,
        source=one.source,
        evidence=evidence_link(one.figure),
    )
