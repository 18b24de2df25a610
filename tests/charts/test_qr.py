"""Codes for phones: what a reader of another make reads is what was written."""

import re

import cv2
import numpy as np
import pytest

from dashboard.charts.qr import QUIET, qr


def painted(drawn: str, scale: int = 6) -> np.ndarray:
    """The picture that a browser makes of the path, in black and white."""
    found = re.search(r'viewBox="0 0 (\d+) \d+"', drawn)
    assert found is not None
    side = int(found[1])
    picture = np.full((side * scale, side * scale), 255, np.uint8)
    for x, y, length in ((int(a), int(b), int(c)) for a, b, c in re.findall(r"M(\d+) (\d+)h(\d+)v1", drawn)):
        assert QUIET <= x < side - QUIET
        assert QUIET <= y < side - QUIET
        picture[y * scale : (y + 1) * scale, x * scale : (x + length) * scale] = 0
    return picture


@pytest.mark.parametrize(
    "content",
    [
        "http://127.0.0.1:8050/can-cu/index766_total/bac_ninh_2025/2025-10",
        "https://trung-tam.example.vn/can-cu/electronic_document_rate.commune/ho_chi_minh_2025/2026-10",
    ],
)
def test_a_reader_of_another_make_reads_the_address(content: str) -> None:
    read, _, _ = cv2.QRCodeDetector().detectAndDecode(painted(qr(content, "Căn cứ")))
    assert read == content


def test_it_says_what_it_leads_to_and_is_dark_on_light_on_every_ground() -> None:
    drawn = qr("x", "Mã dẫn tới căn cứ số liệu")
    assert 'aria-label="Mã dẫn tới căn cứ số liệu"' in drawn
    assert 'fill="#fff"' in drawn
    assert "var(" not in drawn
