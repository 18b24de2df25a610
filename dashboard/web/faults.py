"""Words errors for people and machines: pages in Vietnamese, problem documents for the API."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from dashboard.access.answers import problem, refusal
from dashboard.access.roles import Kind, find_route, kind_of_stranger
from dashboard.errors import (
    BoundariesError,
    ChangedMeanwhile,
    DashboardError,
    FeedError,
    FieldsRefused,
    NotFound,
    NotYours,
    OutOfTurn,
    PeriodError,
    RelayUnavailable,
    StoreUnavailable,
    UnitAmbiguous,
    UnitUnknown,
    WorkbookError,
)
from dashboard.web.measure import crashed

_STATUS: tuple[tuple[type[DashboardError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (UnitUnknown, HTTPStatus.NOT_FOUND),
    (UnitAmbiguous, HTTPStatus.UNPROCESSABLE_ENTITY),
    (PeriodError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (BoundariesError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ChangedMeanwhile, HTTPStatus.CONFLICT),
    (RelayUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (NotYours, HTTPStatus.FORBIDDEN),
    (OutOfTurn, HTTPStatus.CONFLICT),
    (FeedError, HTTPStatus.CONFLICT),
    (WorkbookError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (StoreUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)

Handler = Callable[[Request, Exception], Awaitable[Response]]


def word_faults(server: FastAPI) -> None:
    """Registers the handlers; routers raise errors of the house or HTTPException and word nothing themselves."""
    for family, status in _STATUS:
        server.add_exception_handler(family, _house_error(status))
    server.add_exception_handler(FieldsRefused, _refused_fields)
    server.add_exception_handler(HTTPException, _http_error)
    server.add_exception_handler(RequestValidationError, _invalid)
    server.add_exception_handler(Exception, _unforeseen)


def _house_error(status: HTTPStatus) -> Handler:
    async def handle(request: Request, error: Exception) -> Response:
        kind = _kind(request)
        headers = {"Retry-After": "10"} if status is HTTPStatus.SERVICE_UNAVAILABLE else None
        return refusal(status, kind, None if kind is Kind.PAGE else str(error), headers)

    return handle


async def _refused_fields(_: Request, error: Exception) -> Response:
    if not isinstance(error, FieldsRefused):
        raise error
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), fields=error.fields)


async def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    kind = _kind(request)
    said = None if kind is Kind.PAGE or error.detail == HTTPStatus(error.status_code).phrase else str(error.detail)
    return refusal(error.status_code, kind, said, error.headers)


async def _invalid(_: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{place}: {first['msg']}")


async def _unforeseen(request: Request, error: Exception) -> Response:
    return crashed(error, request.scope)


def _kind(request: Request) -> Kind:
    route = find_route(request.url.path)
    return route.kind if route else kind_of_stranger(request.url.path)
