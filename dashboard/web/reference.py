"""`/api/docs`: the API's reference, written from its OpenAPI description by us: the usual viewers fetch their scripts from elsewhere."""

import json
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse

from dashboard.charts.markup import Markup, tag
from dashboard.components.frame import PRODUCT

_LEAD = (
    "Mọi địa chỉ dưới đây nhận phiên đăng nhập của trình duyệt, hoặc tiêu đề “Authorization: Bearer” với một mã truy cập có quyền “read”. "
    "Lỗi được trả về theo RFC 9457; ETag đổi khi số liệu đổi."
)


def reference(server: FastAPI) -> APIRouter:
    """The route of the reference; it describes whatever `server` answers when it is asked."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/api/docs", response_class=HTMLResponse)
    def docs() -> HTMLResponse:
        return HTMLResponse(document(server.openapi()))

    return routes


def document(description: dict[str, Any]) -> str:
    """The reference as a whole page."""
    schemas = description.get("components", {}).get("schemas", {})
    operations = [_operation(path, method, each) for path, methods in description["paths"].items() for method, each in methods.items()]
    answers = [_schema(name, schema) for name, schema in sorted(schemas.items()) if "Error" not in name]
    source = tag("p", tag("a", "Mô tả OpenAPI (JSON)", href="/api/openapi.json"), " · ", tag("a", "Về tổng quan", href="/"))
    head = tag("div", tag("h1", "Giao diện lập trình"), tag("p", _LEAD, class_="lead"), source)
    main = tag("main", head, *operations, tag("h2", "Cấu trúc câu trả lời"), *answers, class_="page page-reference")
    return "<!doctype html>" + tag("html", _head(), tag("body", main), lang="vi", data_theme="auto")


def _head() -> Markup:
    sheets = [tag("link", rel="stylesheet", href=f"/assets/{name}.css") for name in ("tokens", "app")]
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"Giao diện lập trình – {PRODUCT}"),
        *sheets,
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> Markup:
    rows = [_parameter(each) for each in operation.get("parameters", [])]
    table = tag("table", tag("thead", _row("th", "Tham số", "Nơi", "Kiểu", "Ý nghĩa")), tag("tbody", *rows)) if rows else None
    content = operation["responses"].get("200", {}).get("content", {})
    names = [_kind(each.get("schema", {})) for each in content.values()]
    gives = tag("p", "Trả về: ", tag("code", ", ".join(name for name in names if name) or "tệp"))
    head = tag("header", tag("h2", tag("code", f"{method.upper()} {path}")))
    return tag("section", head, tag("p", operation.get("summary", "")), table, gives, class_="sec")


def _parameter(parameter: dict[str, Any]) -> Markup:
    name = parameter["name"] + (" *" if parameter.get("required") else "")
    return _row("td", tag("code", name), parameter["in"], tag("code", _kind(parameter["schema"])), parameter.get("description", ""))


def _schema(name: str, schema: dict[str, Any]) -> Markup:
    rows = [_row("td", tag("code", key), tag("code", _kind(value)), value.get("description", "")) for key, value in _fields(schema)]
    return tag(
        "section", tag("h3", name, id=name), tag("p", schema.get("description", "")), tag("table", tag("tbody", *rows)), class_="sec"
    )


def _fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from schema.get("properties", {}).items()


def _kind(schema: dict[str, Any]) -> str:
    """A type in a word: `string or null`, `list of RankingRow`, the values of an enumeration."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type", "any"))


def _row(cell: str, *cells: Markup | str) -> Markup:
    return tag("tr", *(tag(cell, each) for each in cells))
