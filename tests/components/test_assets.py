"""Assets: nothing from elsewhere, no colour beside the tokens, fonts that are there with their licences."""

import re
from pathlib import Path

import plotly
import pytest

ASSETS = Path(__file__).parents[2] / "dashboard" / "assets"
CSS = (ASSETS / "app.css").read_text(encoding="utf-8")
OURS = [ASSETS / name for name in ("app.css", "tokens.css", "desk.js", "theme.js", "favicon.svg")]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|//[a-z]+\.|@import", text)


@pytest.mark.parametrize("path", [ASSETS / "desk.js", ASSETS / "theme.js"], ids=lambda path: path.name)
def test_scripts_need_no_eval(path: Path) -> None:
    assert not re.search(r"\beval\b|new Function|document\.write", path.read_text(encoding="utf-8"))


def test_markup_enters_the_page_in_one_place_where_the_server_made_it() -> None:
    sinks = [line.strip() for line in (ASSETS / "desk.js").read_text(encoding="utf-8").splitlines() if re.search(r"HTML\s*[=(]", line)]
    assert sinks == ["fresh.innerHTML = html; // made by the server, escaped where it was made"]


def test_every_font_is_there_and_has_its_licence() -> None:
    named = set(re.findall(r'url\("([^"]+)"\)', CSS))
    assert named
    assert {path for path in named if not (ASSETS / path).is_file()} == set()
    assert {path.name for path in (ASSETS / "fonts").glob("OFL-*.txt")} == {"OFL-be-vietnam-pro.txt", "OFL-inter.txt"}


def test_colours_are_tokens() -> None:
    assert set(re.findall(r"#[0-9a-f]{3,8}\b(?![\w-]*\s*{)", CSS)) <= {"#fff"}, "white paper is the only colour of its own"


def test_every_variable_that_is_used_is_defined() -> None:
    tokens = (ASSETS / "tokens.css").read_text(encoding="utf-8")
    defined = set(re.findall(r"(--[\w-]+)\s*:", tokens + CSS)) | {"--at", "--columns"}
    assert set(re.findall(r"var\((--[\w-]+)", CSS)) <= defined


def test_the_small_plotly_is_of_the_version_that_dash_speaks_to() -> None:
    full = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    small = ASSETS / "vendor-plotly-cartesian.min.js"
    versions = [re.search(r"plotly\.js (?:\(cartesian - minified\) )?v([\d.]+)", text) for text in (_head(full), _head(small))]
    assert versions[0] is not None
    assert versions[1] is not None
    assert versions[0][1] == versions[1][1]


def _head(path: Path) -> str:
    return path.read_text(encoding="utf-8")[:2000]
