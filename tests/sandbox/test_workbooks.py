"""The sandbox's provinces hand in over the real API; what they bring is simulated, and a second play brings nothing."""

from pathlib import Path

import pytest

from dashboard import web
from dashboard.pages import all_pages
from dashboard.sandbox.workbooks import CAST, REPORT, play
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.store import submission_book as book
from tests.loaded import NOW, boards_over, reports
from tests.submissions.desk import counter
from tests.web.running import all_routers, served


@pytest.mark.full
def test_each_of_the_cast_meets_its_fate_once(store: Store, tmp_path: Path) -> None:
    boards = boards_over(store, tmp_path / "raw")
    settings = Settings.model_validate({"var_dir": tmp_path})
    app = web.build(settings, store, boards, all_pages(), all_routers(store, boards, tmp_path / "raw"))
    desk, today = counter(store, tmp_path).desk, NOW.date()
    with served(app) as base:
        assert play(desk, reports()[REPORT], base, today, 2020) == len(CAST)
        assert play(desk, reports()[REPORT], base, today, 2020) == 0
    found = book.listed(store, book.Wanted())
    assert {one.provenance for one in found} == {"simulated"}
    states = {unit: [one.state for one in reversed(found) if one.unit == unit] for unit in CAST}
    assert states == {
        "bac_ninh_2025": ["approved"],
        "phu_tho_2025": ["returned"],
        "hue": ["draft"],
        "da_nang_2025": ["waiting"],
        "lam_dong_2025": ["approved", "waiting"],
    }
    (faulty,) = [one for one in found if one.unit == "hue"]
    assert faulty.errors == 3
