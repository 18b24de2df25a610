"""Signs that a connection is kept for show: listed at `/api/v1/signs`, dismissed and taken up again by the forms of `/dau-hieu`."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import RedirectResponse

from dashboard.access.browser import address as client_address
from dashboard.access.browser import read_form
from dashboard.access.roles import Permission
from dashboard.access.viewer import current_viewer
from dashboard.api.answers import NOT_MODIFIED, PROBLEMS, answered, local
from dashboard.api.describe import evidence_link
from dashboard.boards import Boards
from dashboard.boards.desk import instant
from dashboard.boards.signs import FoundSign
from dashboard.errors import NotFound
from dashboard.store import Store
from dashboard.store.accounts import AuditEntry
from dashboard.store.signs import Dismissal, write_dismissal
from dashboard.web.kept import Kept
from dashboard.web.page import address

FORM = "application/x-www-form-urlencoded"
FORM_LARGEST = 16_384
REASON_LONGEST = 500


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class TraceAnswer(_Answer):
    """A piece of evidence."""

    period: str
    value: float = Field(description="in the rule's own unit")
    evidence: str | None = Field(description="where the figure's evidence is, down to its records; null where nothing was recorded")


class DismissalAnswer(_Answer):
    """What somebody said to a sign."""

    reason: str
    by: str
    at: str
    through: str = Field(description="the last day of the evidence that was looked at; newer evidence brings the sign back")


class SignAnswer(_Answer):
    """A sign of a unit: a reason to look, never a verdict."""

    rule: str
    name: str
    unit: str
    unit_name: str
    detail: str = Field(description="the part that it was found in, as `tier=commune`; empty: all together")
    measured: float
    limit: float
    source: str
    simulated: bool
    seen: list[TraceAnswer]
    dismissed: DismissalAnswer | None


class RuleAnswer(_Answer):
    """A rule that finds signs."""

    rule: str
    kind: str
    name: str
    meaning: str
    how_judged: str
    basis: str
    measures: list[str]
    limits: dict[str, float]


class SignsAnswer(_Answer):
    """The signs of the provinces of today."""

    through: str = Field(description="the last whole day that was judged")
    judged: int = Field(description="units of which there was anything to judge")
    signs: list[SignAnswer]
    rules: list[RuleAnswer]


class SignsQuery(BaseModel):
    """What `/signs` is asked."""

    model_config = ConfigDict(extra="forbid")

    unit: Annotated[str | None, Field(description="key of a province: only its signs", max_length=100)] = None
    state: Literal["standing", "dismissed", "all"] = Field(
        "standing", description="those that stand, those that somebody dismissed, or both"
    )
    as_of: Annotated[str | None, Field(description="`2025-11-20` (its end) or ISO 8601: as the board stood then", max_length=40)] = None


def router(boards: Boards, store: Store) -> APIRouter:
    """The routes: one for machines, two for forms."""
    routes = APIRouter(tags=["figures"], responses=PROBLEMS | NOT_MODIFIED)
    kept = Kept(boards)

    @routes.get("/api/v1/signs", response_model=SignsAnswer, summary="Signs that a connection is kept for show")
    async def signs(request: Request, asked: Annotated[SignsQuery, Query()]) -> Response:
        return await answered(boards, kept, request, lambda: _listed(boards, asked))

    @routes.post("/dau-hieu/{unit}/{rule}/bo-qua", include_in_schema=False)
    async def dismiss(request: Request, unit: str, rule: str) -> RedirectResponse:
        return await _said(boards, store, request, (unit, rule), dismissed=True)

    @routes.post("/dau-hieu/{unit}/{rule}/mo-lai", include_in_schema=False)
    async def take_up(request: Request, unit: str, rule: str) -> RedirectResponse:
        return await _said(boards, store, request, (unit, rule), dismissed=False)

    return routes


def _listed(boards: Boards, asked: SignsQuery) -> SignsAnswer:
    board = boards.signs(instant(asked.as_of) if asked.as_of else None)
    if asked.unit is not None:
        boards.units.get(asked.unit)
    found = {"standing": board.standing, "dismissed": board.dismissed, "all": board.signs}[asked.state]
    rules = [
        RuleAnswer(
            rule=one.key,
            kind=one.kind,
            name=one.name_vi,
            meaning=one.meaning_vi,
            how_judged=one.judged_vi,
            basis=one.basis_vi,
            measures=[measure for measure in (one.count, one.part) if measure],
            limits=dict(one.limits),
        )
        for one in board.rules
    ]
    signs = [_sign(one) for one in found if asked.unit in (None, one.unit.key)]
    return SignsAnswer(through=board.through.isoformat(), judged=board.judged, signs=signs, rules=rules)


def _sign(one: FoundSign) -> SignAnswer:
    word = one.dismissal
    return SignAnswer(
        rule=one.rule.key,
        name=one.rule.name_vi,
        unit=one.unit.key,
        unit_name=one.unit.name_vi,
        detail=one.detail,
        measured=one.sign.measured,
        limit=one.sign.limit,
        source=one.source,
        simulated=one.provenance == "simulated",
        seen=[
            TraceAnswer(period=str(each.period), value=each.value, evidence=evidence_link(each.figure) if each.figure else None)
            for each in one.traces
        ],
        dismissed=DismissalAnswer(reason=word.reason, by=word.who, at=str(local(word.at)), through=word.through.isoformat())
        if word
        else None,
    )


async def _said(boards: Boards, store: Store, request: Request, which: tuple[str, str], *, dismissed: bool) -> RedirectResponse:
    """Writes somebody's word on a sign, and leads back to it; or back to the form with the word for what was wrong."""
    viewer, (unit, rule) = current_viewer(), which
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    fields = await read_form(request, FORM_LARGEST)
    if fields is None:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if viewer.person_id is None or not viewer.may(Permission.DISMISS_SIGNS):
        raise HTTPException(HTTPStatus.FORBIDDEN)
    told = dict(fields)
    found = (await asyncio.to_thread(boards.signs)).find(rule, unit)
    if found is None:
        raise NotFound(f"không có dấu hiệu “{rule[:60]}” ở “{unit[:60]}”")
    reason = " ".join(told.get("ly_do", "").split())
    if not reason or len(reason) > REASON_LONGEST:
        return _back(unit, rule, "ly-do")
    if told.get("den") != found.through.isoformat():
        return _back(unit, rule, "doi")  # what was read is no longer what stands there
    action = "sign dismissed" if dismissed else "sign taken up again"
    detail = {"rule": rule, "reason": reason, "through": found.through.isoformat()}
    entry = AuditEntry(viewer.username, action, unit, client_address(request.scope), detail)
    word = Dismissal(rule, unit, dismissed, found.through, reason, "", boards.now())
    await asyncio.to_thread(write_dismissal, store, word, viewer.person_id, entry)
    # Who said it reads it at once; other processes hear of it within a second.
    boards.adopt(await asyncio.to_thread(boards.pull))
    return _back(unit, rule, None)


def _back(unit: str, rule: str, trouble: str | None) -> RedirectResponse:
    return RedirectResponse(address(f"/dau-hieu/{unit}/{rule}", loi=trouble), HTTPStatus.SEE_OTHER)
