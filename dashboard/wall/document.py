"""The wall's one page: a frame with two layers for scenes, the clock, the heartbeat, and the place for a pairing code."""

import hashlib
from pathlib import Path

from dashboard.charts.marks import mark, symbols
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.frame import PRODUCT
from dashboard.wall.plan import Wall

_ASSETS = Path(__file__).resolve().parent.parent / "assets"
_STYLES = ("tokens.css", "wall.css")
_SCRIPTS = ("live.js", "wall-cameras.js", "wall.js")


def wall_html(wall: Wall) -> tuple[str, str]:
    """The page, and the version that tells a display to load it anew: it changes with the page and with every file it loads."""
    files = {name: hashlib.sha256((_ASSETS / name).read_bytes()).hexdigest()[:32] for name in (*_STYLES, *_SCRIPTS)}
    body = _body(wall)
    version = hashlib.sha256("".join([body, *files.values()]).encode()).hexdigest()[:16]
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="dark"),
        tag("title", f"{wall.name_vi} – {PRODUCT}"),
        tag("link", rel="icon", href="/assets/favicon.svg"),
        *[tag("link", rel="stylesheet", href=f"/assets/{name}?v={files[name]}") for name in _STYLES],
        *[tag("script", "", src=f"/assets/{name}?v={files[name]}", defer=True) for name in _SCRIPTS],
    )
    page = tag(
        "html", head, tag("body", body, data_wall=wall.key, data_name=wall.name_vi, data_program=version), lang="vi", data_theme="wall"
    )
    return f"<!doctype html>{page}", version


def _body(wall: Wall) -> Markup:
    scenes = [tag("li", scene.kind.title) for scene in wall.scenes]
    late = tag("p", mark("late"), tag("span", "", id="tre-loi"), id="tre", class_="late", role="status", hidden=True)
    clock = tag("p", tag("span", "", id="ngay"), tag("b", "", id="gio", class_="n"), class_="clock")
    beat = tag("p", tag("i", aria_hidden="true"), tag("span", "", id="nhip"), class_="beat")
    layers = [tag("section", "", class_="layer") for _ in range(2)]
    nav = tag("ol", *scenes, class_="scenes", aria_hidden="true", id="canh")
    frame = tag("main", late, *layers, nav, clock, beat, _pairing(wall), id="khung", class_="frame", inert=True)
    return joined([symbols(), frame])


def _pairing(wall: Wall) -> Markup:
    code = tag("p", "", id="ma", class_="code n", aria_live="polite")
    steps = [
        tag("li", "Đọc mã này cho người quản trị."),
        tag("li", "Người quản trị chạy ", tag("code", "python -m dashboard wall pair "), tag("code", "", id="ma-lenh")),
        tag("li", "Màn hình tự mở, không phải chạm vào."),
    ]
    life = tag("p", "", id="ma-han", class_="life")
    words = tag("div", tag("h1", "Màn hình chờ ghép"), tag("p", f"{wall.name_vi} · {PRODUCT}", class_="i2"))
    return tag("div", words, code, tag("ol", *steps, class_="steps"), life, class_="pairing", id="ghep", hidden=True)
