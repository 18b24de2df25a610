"""Turns rankings and their stories into answers."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from dashboard.api.answers import local
from dashboard.api.describe import evidence_link
from dashboard.api.models import State
from dashboard.api.ranking_models import (
    ChangeAnswer,
    ClimbAnswer,
    ContributionAnswer,
    DefinitionAnswer,
    InputAnswer,
    MoveAnswer,
    MovedAnswer,
    PartAnswer,
    RankingAnswer,
    RankingRow,
    ScoreEvidenceAnswer,
    StoryAnswer,
    WayAnswer,
)
from dashboard.boards.ranked import ComponentFigure, InputMark, RankedUnit, RankingBoard, RankStory, UnrankedUnit
from dashboard.catalog import Catalog
from dashboard.components.ranked_words import change_sentence, is_given, mark_words, move_words, reason
from dashboard.declared import ComputedRanking, Ranking, RankingPart
from dashboard.figures.folding import borders_on
from dashboard.figures.rank_change import RankChange
from dashboard.figures.what_would_lift import Way

_MISSING = ("missing", "silent", "faulty")
_STATES: dict[str, State] = {"late": "late", "missing": "not_reported", "silent": "silent", "faulty": "faulty"}


def ranking(board: RankingBoard, as_of: datetime) -> RankingAnswer:
    """A ranking's rows by rank, then the units without one."""
    return RankingAnswer(
        ranking=board.ranking.key,
        name=board.ranking.name_vi,
        kind=board.ranking.kind,
        period=str(board.period),
        through=board.through.isoformat() if board.through else None,
        baseline=str(board.baseline) if board.baseline else None,
        baseline_shown_at=local(board.compared.shown_at) if board.compared else None,
        method_changed=board.compared is not None and board.compared.method_changed,
        within=board.group.key if board.group else None,
        boundaries=board.boundaries or borders_on(board.period.last_day),
        data_version=board.data_version,
        as_of=str(local(as_of)),
        simulated=board.stamp.provenance == "simulated",
        late_days=board.stamp.late_days,
        median=board.median,
        rows=[_ranked(board, row) for row in board.rows] + [_unranked(board, one) for one in board.unranked],
    )


def _ranked(board: RankingBoard, row: RankedUnit) -> RankingRow:
    each = row.components
    untold = [_short(board, key) for key, one in each.items() if one.value is None] if is_given(board) else []
    return RankingRow(
        rank=row.rank,
        rank_range=row.range,
        country_rank=row.country_rank,
        unit=row.unit.key,
        name=row.unit.name_vi,
        agency_code=row.unit.agency_code,
        value=row.total,
        components={_short(board, key): one.value for key, one in each.items()},
        component_ranks={_short(board, key): one.rank for key, one in each.items()},
        points=_points(each.values()),
        baseline_rank=row.before_rank,
        baseline_value=row.before_total,
        gain=row.gain,
        gain_rank=row.gain_rank,
        state=board.stamp.provenance,
        late_inputs=_keys(row.marks, ("late",)),
        missing_inputs=untold + _keys(row.marks, _MISSING),
        inputs=[_input(mark) for mark in row.marks],
        reason="",
        source=f"{board.stamp.source}, {board.period.short_vi}",
        evidence=evidence_link(row.figure) if row.figure else None,
        component_evidence=_evidence(board, each.items()),
    )


def _unranked(board: RankingBoard, one: UnrankedUnit) -> RankingRow:
    nothing = dict.fromkeys(_short(board, key) for key in board.ranking.component_keys)
    keeping = [mark for mark in one.marks if mark.treated == "excluded"]
    known = {_short(board, key): part.value for key, part in one.components.items()}
    return RankingRow(
        rank=None,
        rank_range=None,
        country_rank=None,
        unit=one.unit.key,
        name=one.unit.name_vi,
        agency_code=one.unit.agency_code,
        value=None,
        components=known or nothing,
        component_ranks=dict(nothing),
        points=_points(one.components.values()),
        baseline_rank=None,
        baseline_value=None,
        gain=None,
        gain_rank=None,
        state=_STATES.get(keeping[0].state, board.stamp.provenance) if keeping else "not_reported",
        late_inputs=_keys(one.marks, ("late",)),
        missing_inputs=list(nothing) if is_given(board) else _keys(one.marks, _MISSING),
        inputs=[_input(mark) for mark in one.marks],
        reason=reason(one),
        source=f"{board.stamp.source}, {board.period.short_vi}",
        evidence=None,
        component_evidence=_evidence(board, one.components.items()),
    )


def _short(board: RankingBoard, key: str) -> str:
    """`index766_transparency` → `transparency`: inside a published ranking its name need not be repeated; our own name indicators."""
    return key.partition("_")[2] if is_given(board) else key


def _points(each: Iterable[ComponentFigure]) -> dict[str, float | None]:
    return {one.indicator.key: one.points for one in each if one.worth is not None}


def _keys(marks: Sequence[InputMark], states: Sequence[str]) -> list[str]:
    return [mark.indicator.key for mark in marks if mark.state in states]


def _evidence(board: RankingBoard, each: Iterable[tuple[str, ComponentFigure]]) -> dict[str, str | None]:
    return {_short(board, key): evidence_link(one.figure) if one.figure and one.value is not None else None for key, one in each}


def _input(one: InputMark) -> InputAnswer:
    return InputAnswer(
        indicator=one.indicator.key,
        state=one.state,
        treated=one.treated,
        period=str(one.period) if one.period else None,
        denominator=one.of,
        note=mark_words(one),
    )


def definition(catalog: Catalog, one: Ranking) -> DefinitionAnswer:
    """How a ranking is made."""
    parts = {part.indicator: part for part in one.components} if isinstance(one, ComputedRanking) else {}
    return DefinitionAnswer(
        ranking=one.key,
        name=one.name_vi,
        name_en=one.name_en,
        kind=one.kind,
        tier=one.tier,
        agency_tier=one.agency_tier if isinstance(one, ComputedRanking) else None,
        about=one.about_vi,
        basis=one.basis_vi,
        line=one.line,
        components=[_part(catalog, key, parts.get(key)) for key in one.component_keys],
    )


def _part(catalog: Catalog, key: str, part: RankingPart | None) -> PartAnswer:
    indicator = catalog.indicator(key)
    return PartAnswer(
        indicator=key,
        name=indicator.name_vi,
        weight=part.weight if part else None,
        low=part.low if part else None,
        high=part.high if part else None,
        better=indicator.better,
        minimum=indicator.minimum,
        late=part.late if part else None,
        missing=part.missing if part else None,
    )


def story(one: RankStory, as_of: datetime) -> StoryAnswer:
    """Contributions, the change in its parts, and the ways up."""
    board, row = one.board, one.row
    return StoryAnswer(
        ranking=board.ranking.key,
        name=board.ranking.name_vi,
        about=board.ranking.about_vi,
        unit=row.unit.key,
        unit_name=row.unit.name_vi,
        period=str(board.period),
        baseline=str(board.baseline) if board.baseline else None,
        baseline_shown_at=local(board.compared.shown_at) if board.compared else None,
        method_changed=board.compared is not None and board.compared.method_changed,
        as_of=str(local(as_of)),
        data_version=board.data_version,
        simulated=board.stamp.provenance == "simulated",
        rank=row.rank,
        rank_range=row.range,
        value=row.total,
        contributions=[_contribution(each) for each in row.components.values()],
        change=_change(one, one.change) if one.change else None,
        climbs=[ClimbAnswer(places=places, ways=[_way(one, way) for way in ways]) for places, ways in one.ways.items()],
    )


def score_evidence(figure: str, board: RankingBoard, row: RankedUnit) -> ScoreEvidenceAnswer:
    """What a score of our own is added up from."""
    return ScoreEvidenceAnswer(
        figure=figure,
        ranking=board.ranking.key,
        name=board.ranking.name_vi,
        about=board.ranking.about_vi,
        basis=board.ranking.basis_vi,
        unit=row.unit.key,
        unit_name=row.unit.name_vi,
        period=str(board.period),
        through=board.through.isoformat() if board.through else None,
        data_version=board.data_version,
        state=board.stamp.provenance,
        source=board.stamp.source,
        value=row.total,
        rank=row.rank,
        contributions=[_contribution(each) for each in row.components.values()],
    )


def _contribution(one: ComponentFigure) -> ContributionAnswer:
    return ContributionAnswer(
        indicator=one.indicator.key,
        name=one.indicator.name_vi,
        value=one.value,
        points=one.points,
        worth=one.worth or 0.0,
        median=one.median,
        rank=one.rank,
        late_period=str(one.mark.period) if one.mark and one.mark.period else None,
        evidence=evidence_link(one.figure) if one.figure else None,
    )


def _change(story_of: RankStory, one: RankChange) -> ChangeAnswer:
    return ChangeAnswer(
        before=one.before,
        after=one.after,
        places=one.places,
        own=one.parts["own"],
        others=one.parts["others"],
        revisions=one.parts["revisions"],
        method=one.parts["method"],
        components=[MovedAnswer(indicator=each.indicator, points=each.points, places=each.places) for each in one.components],
        note=change_sentence(story_of, one),
    )


def _way(story_of: RankStory, one: Way) -> WayAnswer:
    moves = [
        MoveAnswer(
            indicator=move.indicator,
            now=move.now,
            to=move.to,
            points=move.points,
            cases=move.cases,
            note=move_words(story_of.row.components[move.indicator].indicator, move, story_of.cases.get(move.indicator, "")),
        )
        for move in one.moves
    ]
    return WayAnswer(effort=one.effort, rank=one.rank, value=one.score, moves=moves)
