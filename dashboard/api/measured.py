"""Turns boards of indicators and of evidence into answers."""

from datetime import datetime

from dashboard.access.roles import Permission
from dashboard.access.viewer import Viewer
from dashboard.api.answers import local
from dashboard.api.describe import evidence_link
from dashboard.api.models import (
    BesideAnswer,
    CellAnswer,
    ConfirmationAnswer,
    CorrectionAnswer,
    EvidenceAnswer,
    LedgerAnswer,
    PointAnswer,
    RecheckAnswer,
    RecheckPartAnswer,
    RevisionAnswer,
    SumAnswer,
    TogetherAnswer,
    ValueAnswer,
    ValuesAnswer,
)
from dashboard.boards.evidence_shapes import Correction, EvidenceBoard, Revision, Sum
from dashboard.boards.recheck import Recheck
from dashboard.boards.shapes import Absence, Beside, IndicatorBoard, IndicatorValue, Reading
from dashboard.formats import number
from dashboard.store.ledger import Subject
from dashboard.store.queries import Run
from dashboard.store.submission_book import Confirmation
from dashboard.units import UnitRegistry

WITHHELD = "chỉ tài khoản được cấp quyền xem căn cứ của đơn vị này mới thấy dòng gốc"


def values(board: IndicatorBoard, tier: str, units: UnitRegistry, as_of: datetime) -> ValuesAnswer:
    """An indicator's values, best first, those too few to rank, then those that are not there with the reason."""
    return ValuesAnswer(
        indicator=board.indicator.key,
        period=str(board.period),
        through=board.through.isoformat() if board.through else None,
        tier=tier,
        agency_tier=board.agency_tier,
        boundaries=board.boundaries,
        data_version=board.data_version,
        as_of=str(local(as_of)),
        simulated=board.stamp.provenance == "simulated",
        source=board.stamp.source,
        late_days=board.stamp.late_days,
        quiet_since=local(board.stamp.quiet_since),
        due=str(local(board.due)),
        median=board.median,
        together=_together(board.together),
        beside=[_beside(one) for one in board.beside],
        series=[PointAnswer(period=str(one.period), median=one.median, together=_together(one.together)) for one in board.series],
        values=[_value(board, one, units) for one in board.values] + [_absent(board, one) for one in board.absent],
    )


def _beside(one: Beside) -> BesideAnswer:
    return BesideAnswer(measure=one.measure.key, name=one.measure.name_vi, total=one.total, least=one.least, most=one.most)


def _together(one: Reading | None) -> TogetherAnswer | None:
    return None if one is None else TogetherAnswer(value=one.value, numerator=one.numerator, denominator=one.denominator)


def _value(board: IndicatorBoard, one: IndicatorValue, units: UnitRegistry) -> ValueAnswer:
    notes = [f"hơn {number(one.value)} {board.indicator.unit_vi}"] if one.reading.is_open else []
    notes += [f"thiếu {', '.join(units.get(key).name_vi for key in one.reading.lacks)}"] if one.reading.lacks else []
    return ValueAnswer(
        unit=one.unit.key,
        name=one.unit.name_vi,
        value=one.value,
        numerator=one.reading.numerator,
        denominator=one.reading.denominator,
        rank=one.rank,
        state=board.stamp.provenance,
        note="; ".join(notes),
        late_days=one.late_days,
        evidence=evidence_link(one.figure),
    )


def _absent(board: IndicatorBoard, one: Absence) -> ValueAnswer:
    latest = f"{one.latest[0].short_vi}: {number(one.latest[1], board.indicator.decimals)}" if one.latest else ""
    note = "; ".join(part for part in (one.said, latest) if part)
    return ValueAnswer(unit=one.unit.key, name=one.unit.name_vi, value=None, rank=None, state=one.state, note=note, evidence=None)


def evidence(board: EvidenceBoard, viewer: Viewer) -> EvidenceAnswer:
    """A figure's evidence; raw rows only for those who may see them for this unit."""
    open_rows = viewer.may(Permission.SEE_EVIDENCE, board.unit.key)
    return EvidenceAnswer(
        figure=board.figure,
        indicator=board.indicator.key,
        formula=board.indicator.formula_vi,
        formula_note=board.indicator.formula_note_vi,
        legal_basis=board.indicator.basis_vi,
        unit=board.unit.key,
        period=str(board.period),
        agency_tier=board.agency_tier,
        value=board.value,
        numerator=board.reading.numerator,
        denominator=board.reading.denominator,
        state=board.state,
        source=board.stamp.source,
        revisions=[revision(one, open_rows) for one in board.revisions],
        sums=[_sum(board, one, open_rows=open_rows) for one in board.sums],
        records=[revision(one, open_rows) for one in board.records],
        corrections=[_correction(one) for one in board.corrections],
        ledger=[_entry(*one, open_rows=open_rows) for one in board.ledger.entries] if board.ledger else [],
        lost=list(board.ledger.lost) if board.ledger else [],
        recheck=_recheck(board.recheck) if board.recheck else None,
    )


def _recheck(one: Recheck) -> RecheckAnswer:
    held = one.held
    return RecheckAnswer(
        own=held.own if held else None,
        low=held.low if held else None,
        high=held.high if held else None,
        apart=held.apart if held else None,
        refused=one.refused,
        parts=[
            RecheckPartAnswer(
                indicator=part.indicator.key,
                numerator=part.reading.numerator,
                denominator=part.reading.denominator,
                rate=part.reading.value or 0.0,
                points=part.points * (part.reading.value or 0.0) / 100,
                most=part.points,
                note=part.note_vi,
                evidence=evidence_link(part.figure),
            )
            for part in one.parts
        ],
    )


def _correction(one: Correction) -> CorrectionAnswer:
    cell = one.cell
    return CorrectionAnswer(
        measure=cell.measure,
        period=cell.period,
        detail=cell.detail,
        before=one.before,
        after=cell.value,
        recorded_at=str(local(cell.recorded_at)),
        run=cell.run_id,
        after_due=one.closed,
    )


def _entry(subject: Subject, run: Run, record: str, *, open_rows: bool) -> LedgerAnswer:
    counts = [f"{one.measure} {one.unit} {one.day} {one.detail} {one.value:g}" for one in subject.tallies]
    known = {name or "unit": value for name, value in subject.known.items()}
    return LedgerAnswer(
        subject=subject.digest, known=known, counts=counts, run=run.id, sha256=run.sha256, record_number=_place(record, open_rows=open_rows)
    )


def revision(one: Revision, open_rows: bool) -> RevisionAnswer:
    """One recorded value; its raw row only where rows are open, else why it is not shown."""
    return RevisionAnswer(
        value=one.cell.value,
        recorded_at=str(local(one.cell.recorded_at)),
        run=one.run.id,
        source=one.run.source,
        sha256=one.run.sha256,
        record_number=_place(one.cell.record, open_rows=open_rows),
        record=dict(one.excerpt) if open_rows and one.excerpt else None,
        record_withheld=(one.lost or None) if open_rows else WITHHELD,
        confirmed=[_confirmation(each, open_rows) for each in one.confirmed],
    )


def _confirmation(one: Confirmation, open_rows: bool) -> ConfirmationAnswer:
    record = one.cell if open_rows else None
    return ConfirmationAnswer(submission=one.submission_id, version=one.version, approved_at=str(local(one.at)), record=record)


def _place(record: str, *, open_rows: bool) -> str:
    """Where a record stood: a line's number for all, the name of a message, which is that of a document, for those who may see rows."""
    return record if open_rows or record.isdecimal() else ""


def _sum(board: EvidenceBoard, one: Sum, *, open_rows: bool) -> SumAnswer:
    cells = [
        CellAnswer(
            unit=cell.unit,
            period=cell.period,
            detail=cell.detail,
            value=cell.value,
            recorded_at=str(local(cell.recorded_at)),
            run=cell.run_id,
            source=board.runs[cell.run_id].source,
            record_number=_place(cell.record, open_rows=open_rows),
        )
        for cell in one.cells
    ]
    return SumAnswer(measure=one.measure.key, name=one.measure.name_vi, kind=one.measure.kind, value=one.value, observations=cells)
