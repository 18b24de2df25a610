"""`data/reports.toml`: each report fits the catalog and the feed under whose name it lands; a mistake is named with file, table, field."""

import pytest

from dashboard.errors import ConfigurationError, NotFound
from dashboard.feeds.rows import load_rows
from dashboard.periods import Period
from dashboard.workbooks import Unresolved, guess, load_reports, parse_reports, read_tables, template
from dashboard.workbooks.rows import places_of
from tests.loaded import DATA, catalog, units
from tests.workbooks.makers import report

EVERY = pytest.mark.parametrize("key", load_reports(DATA, catalog()))
TEXT = (DATA / "reports.toml").read_text(encoding="utf-8")


@EVERY
def test_a_report_states_what_its_feed_may_state(key: str) -> None:
    one = load_reports(DATA, catalog())[key]
    feed = load_rows(DATA, catalog())[one.feed]
    assert feed.is_pushed
    for column in one.columns:
        owners = [indicator.feed for indicator in catalog().indicators.values() if column.measure in indicator.measures]
        assert set(owners) == {one.feed}


@EVERY
def test_a_report_is_due_when_its_figures_are(key: str) -> None:
    one = load_reports(DATA, catalog())[key]
    due = {indicator.due_working_day for indicator in catalog().indicators.values() if indicator.feed == one.feed}
    assert one.due_working_day <= min(due)


@EVERY
def test_every_report_has_a_template_whose_heads_say_it(key: str) -> None:
    one = load_reports(DATA, catalog())[key]
    found = guess(one, read_tables(template(one, "hue", Period.parse("2025-10"), units()), "a.xlsx")[0])
    assert not isinstance(found, Unresolved), found


def test_rows_are_those_of_the_period() -> None:
    before = places_of(report(), "bac_giang", Period.parse("2025-05"), units())
    assert {place.tier for place in before.rows} == {"province", "district", "commune"}
    after = places_of(report(), "bac_ninh_2025", Period.parse("2025-10"), units())
    assert {place.tier for place in after.rows} == {"province", "commune"}
    tiers = report().model_copy(update={"rows": "tiers"})
    assert [place.tier for place in places_of(tiers, "bac_giang", Period.parse("2025-05"), units()).rows] == [
        "province",
        "district",
        "commune",
    ]
    single = report().model_copy(update={"rows": "province"})
    assert [place.key for place in places_of(single, "hue", Period.parse("2025-10"), units()).rows] == [("hue", None)]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('measure = "reporting_bodies_connected"', 'measure = "x"', "declared nowhere"),
        ('measure = "reporting_bodies_connected"', 'measure = "index766_total"', "of the kind official"),
        ('measure = "reporting_bodies_connected"', 'measure = "services_active"', "adds = false"),
        ('part_of = "reporting_bodies"', 'part_of = "x"', "no other column"),
        ('rows = "units"', 'rows = "x"', "rows"),
        ("due_working_day = 5", "due_working_day = 0", "due_working_day"),
        ('help_vi = "Số cơ quan', 'minimum = 9e9\nhelp_vi = "Số cơ quan', "minimum"),
        ('help_vi = "Trong số', 'detail = "tier=commune"\nhelp_vi = "Trong số', "detail"),
        ('measure = "reporting_bodies"', 'measure = "case_files_processed"', "twice"),
        ("[electronic_work]", "[electronic_work", "TOML"),
        ("[electronic_work]", 'x = 1\n[electronic_work]\nkey = "a"', "[x]"),
    ],
)
def test_a_mistake_is_named(old: str, new: str, words: str) -> None:
    assert old in TEXT
    with pytest.raises(ConfigurationError) as caught:
        parse_reports(TEXT.replace(old, new, 1), catalog())
    assert words in str(caught.value)
    assert "data/reports.toml" in str(caught.value)


def test_a_column_that_is_not_there_is_told() -> None:
    with pytest.raises(NotFound, match="không có cột"):
        report().column("x")
