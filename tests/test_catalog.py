"""The definitions: read once, checked, and a mistake named with file, table and field."""

import shutil
from pathlib import Path

import pytest

from dashboard.catalog import FILES, Catalog
from dashboard.declared import GivenRanking
from dashboard.errors import ConfigurationError, NotFound
from tests.loaded import DATA, catalog

EVERY = pytest.mark.parametrize("key", catalog().indicators)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(DATA / name, tmp_path / name)
    return tmp_path


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


@EVERY
def test_every_indicator_is_described_and_fits_its_measure(key: str) -> None:
    one = catalog().indicator(key)
    if one.form == "official":
        assert catalog().measure(one.measure).most == one.maximum
    elif one.form == "ratio":
        assert (one.unit_vi, one.maximum) == ("%", 100)
    else:
        assert catalog().measure(one.histogram).buckets[-1] == one.maximum
    assert (one.minimum > 0) == (one.form != "official")
    assert len(one.name_vi) > len(one.short_vi) or one.name_vi == one.short_vi
    assert one.description_vi.endswith(".")
    assert one.formula_vi.endswith(".")


def test_the_components_of_766_make_up_its_maximum() -> None:
    ranking = catalog().ranking("766")
    assert isinstance(ranking, GivenRanking)
    assert sum(catalog().indicator(key).maximum for key in ranking.components) == catalog().indicator(ranking.indicator).maximum == 100


def test_every_measure_is_shown_or_ranks() -> None:
    used = {key for one in catalog().indicators.values() for key in (*one.measures, *one.beside)}
    used |= {one.rank_measure for one in catalog().rankings.values() if isinstance(one, GivenRanking)}
    assert used | set(catalog().facts) == set(catalog().measures)


def test_what_is_not_there_is_named() -> None:
    for find, key, name in (
        (catalog().measure, "m", "đại lượng"),
        (catalog().indicator, "i", "chỉ tiêu"),
        (catalog().ranking, "r", "bảng"),
    ):
        with pytest.raises(NotFound, match=f"{name}.*“{key}”"):
            find(key)


def test_the_digest_changes_with_any_letter(folder: Path) -> None:
    assert Catalog.load(folder).digest == catalog().digest
    change(folder, "rankings.toml", "line = 80.0", "line = 81.0")
    assert Catalog.load(folder).digest != catalog().digest


def test_texts_give_the_same_catalog_back() -> None:
    again = Catalog.parse(catalog().texts)
    assert (again.indicators, again.digest) == (catalog().indicators, catalog().digest)


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("measures.toml", 'kind = "official"', 'kind = "offical"', r"measures\.toml: \[index766_total\] kind"),
        ("measures.toml", "most = 100\n", "most = 0\n", r"measures\.toml: \[index766_total\] most"),
        ("measures.toml", "[index766_total]", "[index766_totals]", r"indicators\.toml: \[index766_total\] measure: “index766_total”"),
        ("measures.toml", "[index766_total]", "[index766_total", r"measures\.toml: not valid TOML"),
        ("measures.toml", "[index766_total]", "colour = 3\n[index766_total]", r"measures\.toml: “colour” stands outside a table"),
        ("indicators.toml", "decimals = 2", "decimal = 2", r"indicators\.toml: \[index766_total\] decimal"),
        ("indicators.toml", "maximum = 100", "maximum = inf", r"indicators\.toml: \[index766_total\] maximum"),
        ("indicators.toml", 'unit_vi = "điểm"', 'unit_vi = ""', r"indicators\.toml: \[index766_total\] unit_vi"),
        ("indicators.toml", 'better = "higher"', 'better = "more"', r"indicators\.toml: \[index766_total\] better"),
        ("indicators.toml", 'unit_vi = "điểm"', 'unit_vi = "điểm"\nkey = "x"', r"indicators\.toml: \[index766_total\] key"),
        ("indicators.toml", 'tiers = ["province", "department", "commune"]', "tiers = []", r"indicators\.toml: \[index766_total\] tiers"),
        ("rankings.toml", 'indicator = "index766_total"', 'indicator = "total"', r"rankings\.toml: \[766\] indicator: “total”"),
        ("rankings.toml", '"index766_progress"', '"progress"', r"rankings\.toml: \[766\] components: “progress”"),
        ("rankings.toml", "margin = 0.8", "margin = -1", r"rankings\.toml: \[766\] margin"),
        ("rankings.toml", "steps = [4, 8, 14]", "steps = [4, 8]", r"rankings\.toml: \[766\] steps"),
        ("rankings.toml", 'kind = "given"', 'kind = "giben"', r"rankings\.toml: \[766\] kind: “giben”"),
        ("rankings.toml", "low = 50", "low = 100", r"rankings\.toml: \[real_use\] components\.0: .*low: 100 is not below high, 100"),
        ("rankings.toml", "weight = 20", "weight = 0", r"rankings\.toml: \[real_use\] components\.0\.weight"),
        ("rankings.toml", "weight = 20", 'weight = 20\nlate = "never"', r"rankings\.toml: \[real_use\] components\.0\.late"),
        (
            "rankings.toml",
            'indicator = "electronic_document_rate"',
            'indicator = "index766_total"',
            r"rankings\.toml: \[real_use\] components\.0\.indicator: “index766_total” is a published score",
        ),
        ("rankings.toml", 'indicator = "on_time_sending_rate"', 'indicator = "electronic_document_rate"', r"\[real_use\].*named twice"),
        ("rankings.toml", "high = 48", "high = 480", r"rankings\.toml: \[ministries\] components\.3\.high: 480 is above"),
        (
            "rankings.toml",
            'agency_tier = "central"',
            'agency_tier = "commune"',
            r"rankings\.toml: \[ministries\].*ministries are read by central",
        ),
        ("rankings.toml", 'tier = "ministry"', 'tier = "commune"', r"rankings\.toml: \[ministries\].*counts are there for provinces"),
    ],
)
def test_a_mistake_is_told_with_file_table_and_field(folder: Path, name: str, old: str, new: str, told: str) -> None:
    change(folder, name, old, new)
    with pytest.raises(ConfigurationError, match=told):
        Catalog.load(folder)


def test_a_missing_or_unreadable_file_is_named(folder: Path) -> None:
    (folder / "rankings.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match=r"rankings\.toml: cannot be read"):
        Catalog.load(folder)
    (folder / "rankings.toml").unlink()
    with pytest.raises(ConfigurationError, match=r"rankings\.toml: cannot be read"):
        Catalog.load(folder)
