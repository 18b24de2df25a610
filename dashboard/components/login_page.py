"""Pages that work without scripts and without a session: signing in, and a refusal or failure in one sentence."""

from dashboard.charts.marks import mark, symbols
from dashboard.charts.markup import Markup, tag, text
from dashboard.charts.outline import ATTRIBUTION, Outline, load_outline
from dashboard.charts.outline_map import bare_outline
from dashboard.components.frame import PRODUCT
from dashboard.settings import CHECKOUT

_GEO = CHECKOUT / "data" / "geo"
_NOTE = "Mỗi lần đăng nhập được ghi nhật ký, lưu ít nhất 12 tháng. Quên mật khẩu: liên hệ quản trị của đơn vị."


def country_outline() -> Outline:
    """The outline of the 34 provinces that comes with the program."""
    return load_outline(_GEO / "vn34.geojson", _GEO / "vn_archipelago_labels.geojson")


def login_html(*, next_path: str, error: str | None, username: str) -> str:
    """The whole login page; `next_path` is where the form leads after signing in."""
    trouble = tag("p", mark("alarm"), tag("span", error), class_="trouble", role="alert", id="loi") if error else None
    form = tag(
        "form",
        trouble,
        tag("input", type="hidden", name="tiep", value=next_path),
        *_field("Tên đăng nhập", "username", username, "username", is_wrong=bool(error), is_first=not username),
        *_field("Mật khẩu", "password", "", "current-password", is_wrong=bool(error), is_first=bool(username)),
        tag("button", "Đăng nhập", type="submit", class_="bt main"),
        method="post",
        action="/dang-nhap",
    )
    words = [tag("p", "Chính phủ điện tử", class_="o"), tag("h1", PRODUCT), form, tag("p", _NOTE, class_="n1")]
    country = tag("div", tag("div", bare_outline(country_outline()), class_="land"), tag("p", ATTRIBUTION, class_="at"), class_="l")
    return _document("Đăng nhập", "login", country, tag("main", *words, class_="r"))


def error_html(code: int, title: str, sentence: str, back: str) -> str:
    """A whole page that says what happened and where to go."""
    main = tag(
        "main", tag("p", str(code), class_="n code"), tag("h1", title), tag("p", sentence, class_="why"), _back(back), class_="error"
    )
    return _document(title, "refused", tag("header", tag("a", PRODUCT, href="/", class_="home"), class_="mast"), main)


def _back(back: str) -> Markup:
    return tag("p", tag("a", "Về tổng quan" if back == "/" else "Quay lại", href=back, class_="bt main"))


def _field(label: str, name: str, value: str, autocomplete: str, is_wrong: bool, is_first: bool) -> list[Markup]:
    kind = "password" if autocomplete == "current-password" else "text"
    given = tag(
        "input",
        id=name,
        name=name,
        type=kind,
        value=value or None,
        autocomplete=autocomplete,
        autocapitalize="none",
        required=True,
        aria_invalid="true" if is_wrong else None,
        aria_describedby="loi" if is_wrong else None,
        autofocus=is_first,
    )
    return [tag("label", label, for_=name), given]


def _document(title: str, css: str, *body: Markup) -> str:
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{title} – {PRODUCT}"),
        tag("link", rel="icon", href="/assets/favicon.svg"),
        tag("link", rel="stylesheet", href="/assets/tokens.css"),
        tag("link", rel="stylesheet", href="/assets/app.css"),
    )
    page = tag("html", head, tag("body", symbols(), *body, class_=css), lang="vi", data_theme="auto")
    return text("") + "<!doctype html>" + page
