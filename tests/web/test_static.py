"""Files: pressed, kept by content, served right to every kind of browser."""

import asyncio
import gzip
import re
from pathlib import Path

import brotli
import httpx
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp

from dashboard.web.pressed import Press, best_encoding
from dashboard.web.static import Static, StaticFile
from tests.patience import soon
from tests.web.test_every_address import layers

STYLE = "/assets/tokens.css"


def test_a_file_comes_in_the_best_encoding_that_the_browser_reads(leader: httpx.Client) -> None:
    plain = leader.get(STYLE, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["content-type"] == "text/css; charset=utf-8"
    for encoding, undo in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        with leader.stream("GET", STYLE, headers={"Accept-Encoding": encoding}) as answer:
            raw = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == encoding
        assert answer.headers["vary"] == "Accept-Encoding"
        assert undo(raw) == plain.content
        assert len(raw) < len(plain.content) / 2


def test_an_address_with_the_contents_hash_may_be_kept_for_ever_and_no_other(app: ASGIApp, leader: httpx.Client) -> None:
    static = next(layer for layer in layers(app) if isinstance(layer, Static))
    marked = static.fingerprint(STYLE)
    assert static.fingerprint("/assets/joined.css") in leader.get("/").text
    assert "immutable" in leader.get(marked).headers["cache-control"]
    for other in (STYLE, STYLE + "?v=0", marked + "0"):
        answer = leader.get(other)
        assert answer.headers["cache-control"] == "public, no-cache"
        again = leader.get(other, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
        assert again.content == b""


def test_our_own_styles_and_scripts_are_one_file_each_with_all_of_them_inside(leader: httpx.Client) -> None:
    text = leader.get("/").text
    for kind, names in (("css", ("tokens.css", "app.css")), ("js", ("desk.js", "signal.js", "player.js"))):
        (address,) = re.findall(rf'"(/assets/(?!theme)[^"]*\.{kind}\?v=\w+)"', text)
        joined = leader.get(address)
        assert joined.headers["cache-control"].endswith("immutable")
        assert all(leader.get(f"/assets/{name}").text in joined.text for name in names)


def test_dashs_own_files_are_kept_for_ever_too(leader: httpx.Client) -> None:
    text = leader.get("/").text
    addresses = [part.partition('"')[0] for part in text.split('<script src="')[1:]]
    assert addresses
    assert not any("polyfill" in address or "dash_table" in address for address in addresses)
    for address in addresses:
        answer = leader.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["cache-control"], address
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


def test_the_full_plotly_is_never_sent(leader: httpx.Client) -> None:
    answer = leader.get("/_dash-component-suites/plotly/package_data/plotly.min.js")
    assert answer.status_code == 200
    assert 1_000_000 < len(answer.content) < 2_000_000
    assert "vendor-plotly" not in leader.get("/").text


@pytest.mark.parametrize(
    "path",
    ["/assets/../pyproject.toml", "/assets/%2e%2e/%2e%2e/pyproject.toml", "/assets/none.js", "/_dash-component-suites/dash/dash.py",
     "/_dash-component-suites/os/x.js", "/_dash-component-suites/dash/../../x.js", "/assets/fonts"],
)  # fmt: skip
def test_what_is_not_a_known_file_is_not_there(leader: httpx.Client, path: str) -> None:
    assert leader.get(path).status_code == 404


@pytest.mark.parametrize(
    ("accepted", "best"),
    [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("", "identity"), ("br;q=0, gzip", "gzip"), ("GZIP;q=0.5", "gzip"),
     ("*", "identity"), ("br;q=0.0", "identity")],
)  # fmt: skip
def test_the_encoding_is_chosen_by_what_the_browser_says(accepted: str, best: str) -> None:
    assert best_encoding(accepted) == best


def test_a_file_is_pressed_once_and_a_broken_copy_is_not_served(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("b{color:red}" * 500)
    file, folder = StaticFile(tmp_path / "a.css"), tmp_path / "cache"
    kept = folder / f"{file.digest}.br"
    Press(folder).prepare([(file.digest, file.body)])
    assert soon(kept.exists)
    assert brotli.decompress(kept.read_bytes()) == file.body
    assert asyncio.run(Press(folder).get(file.digest, file.body, "br")) == kept.read_bytes()
    for broken in (b"", kept.read_bytes()[:20], brotli.compress(b"something else")):
        kept.write_bytes(broken)
        assert brotli.decompress(asyncio.run(Press(folder).get(file.digest, file.body, "br"))) == file.body


def test_a_disk_that_takes_nothing_does_not_break_serving(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("b{color:red}" * 500)
    (tmp_path / "cache").write_text("a file where the folder should be")
    file, press = StaticFile(tmp_path / "a.css"), Press(tmp_path / "cache")
    press._prepare([(file.digest, file.body)])
    assert brotli.decompress(asyncio.run(press.get(file.digest, file.body, "br"))) == file.body


def test_long_answers_made_on_the_fly_are_compressed_and_short_ones_are_not(leader: httpx.Client, app: ASGIApp) -> None:
    assert isinstance(next(layer for layer in layers(app) if isinstance(layer, FastAPI)), FastAPI)
    page = leader.get("/", headers={"Accept-Encoding": "br"})
    assert page.headers["content-encoding"] == "br"
    assert page.text.endswith("</html>")
    assert "content-encoding" not in leader.get("/healthz", headers={"Accept-Encoding": "br"}).headers
