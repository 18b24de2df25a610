"""The feeds: one file each, or one row of `data/feeds.toml`. Nothing else has to be edited to add one."""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from dashboard.catalog import Catalog
from dashboard.errors import ConfigurationError
from dashboard.feeds.answers import FILE as answers_file
from dashboard.feeds.answers import load_answers
from dashboard.feeds.base import Feed
from dashboard.feeds.rows import FILE, load_rows


@cache
def read_feeds() -> Mapping[str, Feed]:
    """The feeds that this program reads itself: every module of this package that holds `FEED`, in the order of the keys."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    found = [module.FEED for module in modules if hasattr(module, "FEED")]
    return MappingProxyType({feed.key: feed for feed in sorted(found, key=lambda feed: feed.key)})


def all_feeds(folder: Path, catalog: Catalog) -> Mapping[str, Feed]:
    """Every feed by key, in the order of the keys. Raises ConfigurationError for a wrong row of `data/feeds.toml` or `answers.toml`."""
    read, rows = read_feeds(), load_rows(folder, catalog)
    if twice := read.keys() & rows.keys():
        raise ConfigurationError(f"data/{FILE}: [{min(twice)}]: a feed of that name is read by the program itself")
    found = dict(sorted({**read, **rows}.items()))
    answers = load_answers(folder)
    if unknown := answers.keys() - found.keys():
        raise ConfigurationError(f"data/{answers_file}: [{min(unknown)}]: no feed is called so")
    return MappingProxyType({key: replace(feed, answers=answers.get(key)) for key, feed in found.items()})
