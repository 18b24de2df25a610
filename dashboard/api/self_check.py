"""What the forms of `/tu-kiem-tra` do: a workbook is brought, its columns are shown, it is confirmed, approved, returned, withdrawn.

Plain forms, answered by the page with what came of it. That the form came from a page of this host, and rights somewhere, were judged by
the gate; rights for this very unit are judged here.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path, Request
from starlette.responses import RedirectResponse

from dashboard.access.roles import Permission
from dashboard.api.forms import fields_of
from dashboard.api.submissions import actor_of, owned, take_in
from dashboard.api.uploads import Upload, new_room, upload
from dashboard.boards import Boards
from dashboard.errors import FeedError, NotFound, NotYours, OutOfTurn, WorkbookError
from dashboard.store.submission_book import Actor, Submission
from dashboard.submissions import deeds, form
from dashboard.submissions.deeds import Counter
from dashboard.web.page import address

_FORM_LARGEST = 64 * 1024
_SAID_LONGEST = 600
_TOLD = (WorkbookError, NotFound, NotYours, OutOfTurn, FeedError)
"""What the page says to who used the form."""

Number = Annotated[int, Path(ge=1, lt=2**53)]


def router(counter: Counter, boards: Boards) -> APIRouter:
    """The routes over this counter."""
    routes = APIRouter(prefix=form.HERE, include_in_schema=False)
    room = new_room()

    @routes.post("/nop", response_class=RedirectResponse)
    async def bring(request: Request) -> RedirectResponse:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
            raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        unit, asked = "", ""
        try:
            brought = await upload(request, room)
            unit, asked = (brought.fields.get(name, "") for name in (form.UNIT, form.REPORT))
            handed = await asyncio.to_thread(take_in, counter, _asked(brought), (brought.name, brought.content), actor_of(request))
        except HTTPException as refused:
            return _back(form.HERE, tinh=unit, loi=str(refused.detail))
        except _TOLD as refused:
            return _back(form.HERE, tinh=unit, loi=f"{refused}.", **{form.REPORT: asked})
        await _heard(boards)
        return _back(f"{form.HERE}/{handed.submission.id}", xong="da-nop" if handed.is_new else "trung")

    _act(routes, counter, boards)
    return routes


def _asked(brought: Upload) -> dict[str, str]:
    report, period = form.chosen(brought.fields.get(form.REPORT, ""))
    return {"report": report, "period": period, "unit": brought.fields.get(form.UNIT, "")}


@dataclass(frozen=True, slots=True)
class _Act:
    """What a form does, and the right that it asks for."""

    permission: Permission
    do: Callable[[Counter, int, dict[str, str], Actor], Submission]


def _shown(fields: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix(form.COLUMN): place for name, place in fields.items() if name.startswith(form.COLUMN) and place}


_ACTS: Final[Mapping[str, _Act]] = {
    "cot": _Act(Permission.HAND_IN, lambda here, one, told, who: deeds.show_columns(here, one, _shown(told), who)),
    "xac-nhan": _Act(Permission.HAND_IN, lambda here, one, _, who: deeds.confirm(here, one, who)),
    "rut": _Act(Permission.HAND_IN, lambda here, one, _, who: deeds.withdraw(here, one, "", who)),
    "duyet": _Act(Permission.APPROVE, lambda here, one, _, who: deeds.approve(here, one, who)),
    "tra-lai": _Act(Permission.APPROVE, lambda here, one, told, who: deeds.hand_back(here, one, told.get(form.REASON, ""), who)),
}


def _act(routes: APIRouter, counter: Counter, boards: Boards) -> None:
    def offer(path: str, act: _Act) -> None:
        @routes.post(f"/{{submission}}/{path}", response_class=RedirectResponse)
        async def done(request: Request, submission: Number) -> RedirectResponse:
            fields, actor, here = await fields_of(request, _FORM_LARGEST), actor_of(request), f"{form.HERE}/{submission}"

            def do() -> None:
                owned(counter, submission, act.permission)
                act.do(counter, submission, fields, actor)

            try:
                await asyncio.to_thread(do)
            except (NotYours, OutOfTurn, FeedError, WorkbookError) as refused:
                return _back(here, loi=f"{refused}.")
            finally:
                await _heard(boards)
            return _back(here, xong=path)

    for path, act in _ACTS.items():
        offer(path, act)


async def _heard(boards: Boards) -> None:
    """Who did it sees it at once; other processes hear of it within a second."""
    boards.adopt(await asyncio.to_thread(boards.pull))


def _back(path: str, **query: str) -> RedirectResponse:
    told = {name: text[:_SAID_LONGEST] for name, text in query.items() if text}
    return RedirectResponse(address(path, **told), HTTPStatus.SEE_OTHER)
