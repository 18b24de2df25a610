"""The feeds: one file each. A module of this package that holds `FEED` is a feed; nothing else has to be edited to add one."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from dashboard.feeds.base import Feed


@cache
def all_feeds() -> Mapping[str, Feed]:
    """Every feed by key, in the order of the keys."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    found = [module.FEED for module in modules if hasattr(module, "FEED")]
    return MappingProxyType({feed.key: feed for feed in sorted(found, key=lambda feed: feed.key)})
