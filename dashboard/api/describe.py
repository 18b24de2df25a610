"""Turns boards into answers."""

from collections.abc import Sequence
from datetime import date

from dashboard.api.models import IndicatorAnswer, UnitAnswer, UnitsAnswer
from dashboard.boards import Boards
from dashboard.catalog import Indicator
from dashboard.errors import BoundariesError
from dashboard.figures.folding import Borders, borders_on, refusal
from dashboard.formats import plain
from dashboard.periods import Period
from dashboard.units import Unit, agency_code, is_agency_code, organ_id


def boundaries(period: Period, wanted: Borders | None) -> Borders:
    """The borders a period's units have. Raises BoundariesError when others are asked for: scores without counts cannot be converted."""
    own = borders_on(period.last_day)
    asked: Borders = own if wanted is None else wanted
    if reason := refusal("official", own, asked):
        raise BoundariesError(f"{period.label_vi} theo địa giới {asked}: {reason}")
    return own


def sought(found: Sequence[Unit], text: str | None) -> Sequence[Unit]:
    """Those whose name holds the text, in any case and with or without tone marks, or that bear it as a code; all without a text."""
    wanted = plain(text or "")
    if not wanted:
        return found
    code = agency_code(wanted) if is_agency_code(wanted) else wanted
    return [one for one in found if code in (one.gso_code, one.agency_code) or wanted in plain(one.full_name_vi)]


def units(boards: Boards, found: Sequence[Unit], asked: tuple[str, date], page: slice) -> UnitsAnswer:
    """One page of units of a tier on a day."""
    tier, day = asked
    more = page.stop if page.stop < len(found) else None
    return UnitsAnswer(on=day.isoformat(), tier=tier, total=len(found), next_offset=more, units=[unit(boards, one) for one in found[page]])


def unit(boards: Boards, one: Unit) -> UnitAnswer:
    """A unit with its succession."""
    return UnitAnswer(
        key=one.key,
        tier=one.tier,
        name=one.name_vi,
        full_name=one.full_name_vi,
        name_en=one.name_en,
        kind=one.kind,
        gso_code=one.gso_code,
        agency_code=one.agency_code,
        organ_id=organ_id(one.agency_code) if one.agency_code else None,
        region=one.region,
        parent=one.parent,
        valid_from=one.valid_from.isoformat(),
        valid_to=one.valid_to.isoformat() if one.valid_to else None,
        predecessors=[other.key for other in boards.units.predecessors(one.key)],
        successors=[other.key for other in boards.units.successors(one.key)],
    )


def indicator(boards: Boards, one: Indicator) -> IndicatorAnswer:
    """An indicator with how fresh it is."""
    fresh, feed = boards.freshness(one)
    return IndicatorAnswer(
        key=one.key,
        name=one.name_vi,
        name_en=one.name_en,
        description=one.description_vi,
        formula=one.formula_vi,
        formula_note=one.formula_note_vi,
        legal_basis=one.basis_vi,
        unit=one.unit_vi,
        maximum=one.maximum,
        better=one.better,
        form=one.form,
        measures=list(one.measures),
        numerator_where=one.where,
        minimum=one.minimum,
        grain=one.grain,
        due_working_day=one.due_working_day,
        fresh_hours=one.fresh_hours,
        tiers=list(one.tiers),
        agency_tiers=list(one.agency_tiers),
        source=feed.publisher,
        provenance=boards.provenance(one),
        latest_period=str(fresh.latest) if fresh.latest else None,
        late_days=fresh.late_days(boards.now()),
    )


def evidence_link(figure: str) -> str:
    """Where the evidence of a figure is."""
    return f"/api/v1/evidence/{figure}"
