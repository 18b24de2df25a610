"""Every feed held to its contract: a new file in feeds/ is tested here without an edit."""

import pkgutil
from pathlib import Path

import pytest

from dashboard import feeds
from dashboard.errors import ConfigurationError
from dashboard.feeds import all_feeds, read_feeds
from dashboard.feeds.base import Feed
from dashboard.periods import Period
from tests.loaded import DATA, catalog, context, units

PARTS = {"pairs", "base", "pushed", "archive", "agencies", "document_days", "edxml", "edoc", "remains"} | {
    "asking", "day_table", "dossier_days", "dossier_page", "dossiers", "mapping", "portal", "rest", "rows", "secrets", "sql", "verdicts",
    "answers", "board_766", "handed_in",
}  # fmt: skip
"""Modules that feeds are made of."""
EVERY = pytest.mark.parametrize("feed", read_feeds().values(), ids=lambda feed: feed.key)


def test_a_feed_is_called_like_its_module() -> None:
    modules = {info.name for info in pkgutil.iter_modules(feeds.__path__)} - PARTS
    assert modules == set(read_feeds())
    assert all(key == feed.key for key, feed in read_feeds().items())


def test_every_indicator_comes_from_a_feed_that_exists() -> None:
    assert {one.feed for one in catalog().indicators.values()} <= set(all_feeds(DATA, catalog()))


@EVERY
def test_a_feed_says_who_it_is_and_is_of_use(feed: Feed) -> None:
    assert feed.name_vi
    assert feed.publisher
    if feed.rules is None:
        assert feed.at_least >= 1
        shown = {one.feed for one in catalog().indicators.values()} | {one.feed for one in catalog().facts.values()}
        assert feed.key in shown
    else:
        assert feed.take is not None
        assert feed.at_least == 0, "a batch may hold nothing but messages in doubt"


@EVERY
def test_a_feed_finds_sources_in_data_and_lands_every_row_of_them(feed: Feed) -> None:
    sources = list(feed.fetch(DATA))
    assert bool(sources) == (feed.rules is None), "a feed of events is pushed"
    assert [source.name for source in sources] == sorted(source.name for source in sources)
    for source in sources:
        parsed = feed.parse(source, context())
        assert parsed.held == ()
        assert len({one.unit for one in parsed.observations}) >= feed.at_least


@EVERY
def test_what_a_feed_emits_is_declared_possible_and_said_once(feed: Feed) -> None:
    for source in feed.fetch(DATA):
        observations = feed.parse(source, context()).observations
        cells = [(one.measure, one.unit, one.period, one.detail) for one in observations]
        assert len(set(cells)) == len(cells)
        for one in observations:
            measure = catalog().measure(one.measure)
            assert measure.least <= one.value <= (measure.most if measure.most is not None else one.value)
            assert units().get(one.unit).valid(one.period.last_day)
            assert Period.parse(str(one.period)) == one.period


@EVERY
def test_every_observation_leads_to_a_record_that_holds_its_value(feed: Feed) -> None:
    for source in feed.fetch(DATA):
        shown = {record: feed.excerpt(source, record) for record in {one.record for one in feed.parse(source, context()).observations}}
        for one in feed.parse(source, context()).observations:
            numbers = [float(text) for _, text in shown[one.record] if text.replace(".", "", 1).isdigit()]
            # A level of a fact may stand there by its name.
            fact = catalog().facts.get(one.measure)
            level = fact.level(one.value) if fact else None
            assert one.value in numbers or (level and level.key in dict(shown[one.record]).values()), (source.name, one)
        assert feed.excerpt(source, "999999") == []


@EVERY
def test_parse_is_pure(feed: Feed) -> None:
    for source in feed.fetch(DATA):
        assert feed.parse(source, context()) == feed.parse(source, context())


def test_whoever_answers_for_a_feed_answers_for_one_that_exists(tmp_path: Path) -> None:
    (tmp_path / "answers.toml").write_text('[papi]\noffice_vi = "Nhóm khảo sát"\ncontact_vi = "024 0000 0000"\n', encoding="utf-8")
    found = all_feeds(tmp_path, catalog())
    assert found["papi"].answers is not None
    assert found["papi"].answers.contact_vi == "024 0000 0000"
    assert found["document_axis"].answers is None
    for text, fault in (('[nobody]\noffice_vi = "x"\n', "nobody"), ("[papi]\n", "papi.office_vi"), ("papi", "cannot be read")):
        (tmp_path / "answers.toml").write_text(text, encoding="utf-8")
        with pytest.raises(ConfigurationError, match=fault):
            all_feeds(tmp_path, catalog())
