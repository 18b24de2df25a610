"""What every answer carries, and what none tells."""

import base64
import hashlib
import re

import httpx
import pytest

from tests.web.running import browser


def test_the_policy_allows_our_files_and_the_two_inline_scripts_and_nothing_else(leader: httpx.Client) -> None:
    answer = leader.get("/")
    rules = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
    inline = re.findall(r'<script(?: id="_dash-renderer" type="application/javascript")?>(.*?)</script>', answer.text, re.DOTALL)
    hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in inline}
    assert len(hashes) == 2
    assert set(rules.pop("script-src").split()) == {"'self'", *hashes}
    assert rules == {
        "default-src": "'self'",
        "worker-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "object-src": "'none'",
    }


PATHS = ("/", "/healthz", "/dang-nhap", "/khong-co", "/api/v1/units", "/api/v1/rankings/none", "/api/v1/rankings/x")


def test_every_answer_has_the_headers_refusals_and_errors_too(base: str, leader: httpx.Client) -> None:
    with browser(base) as stranger:
        for answer in (client.get(path) for path in PATHS for client in (leader, stranger)):
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "same-origin"
            assert answer.headers["cross-origin-opener-policy"] == answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert "camera=()" in answer.headers["permissions-policy"]
            assert "content-security-policy" in answer.headers
            assert answer.headers["cache-control"] in ("private, no-cache", "no-store")
            assert "strict-transport-security" not in answer.headers


def test_an_unforeseen_error_tells_a_reference_and_logs_it_once(leader: httpx.Client, capsys: pytest.CaptureFixture[str]) -> None:
    answer = leader.get("/api/v1/rankings/766")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    reference = answer.json()["detail"].rpartition("Mã lỗi: ")[2].rstrip(".")
    logged = capsys.readouterr().out
    assert logged.count("ZeroDivisionError: a secret of the machine") == 1
    assert reference in logged


def test_a_broken_page_keeps_its_frame_and_tells_a_reference(leader: httpx.Client, capsys: pytest.CaptureFixture[str]) -> None:
    assert leader.get("/tinh/broken").status_code == 200
    layout = leader.get("/_dash-layout", headers={"Referer": f"{leader.base_url}/tinh/broken"})
    assert "Hệ thống gặp lỗi" in layout.text.encode().decode("unicode_escape").encode("utf-16", "surrogatepass").decode("utf-16")
    assert "secret" not in layout.text
    assert "ZeroDivisionError: a secret of the machine" in capsys.readouterr().out


def test_the_first_layout_brings_the_page_it_was_asked_from(leader: httpx.Client) -> None:
    here = f"{leader.base_url}/tinh/an_giang_2025?so=1"
    assert '"An Giang"' in leader.get("/_dash-layout", headers={"Referer": here}).text
    for elsewhere in ({}, {"Referer": "http://evil.example/tinh/an_giang_2025"}):
        assert '"An Giang"' not in leader.get("/_dash-layout", headers=elsewhere).text
