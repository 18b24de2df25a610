"""Small rankings of our own over made-up counts, for the tests of boards, pages, API and files."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from dashboard.catalog import Catalog
from dashboard.observations import Observation
from dashboard.store import Store
from dashboard.store.embedded import Server
from tests.conftest import execute
from tests.counted import cell
from tests.loaded import catalog

SEPTEMBER, OCTOBER, NOVEMBER = "2026-09", "2026-10", "2026-11"


def _table(key: str, name_en: str, name_vi: str, *components: tuple[str, int, int]) -> str:
    """A ranking as `data/rankings.toml` declares it; a component is an indicator, its weight and its lower goalpost."""
    parts = [
        f'[[{key}.components]]\nindicator = "{indicator}"\nweight = {weight}\nlow = {low}\nhigh = 100\n'
        for indicator, weight, low in components
    ]
    head = f"""
[{key}]
name_vi = "{name_vi}"
name_en = "{name_en}"
kind = "computed"
tier = "province"
ties = "1-2-2-4"
line = 50.0
steps = [4, 8, 14]
about_vi = "Bảng thử, tự tính."
basis_vi = "Không có"
"""
    return "\n".join([head, *parts])


OWN = "".join(
    (
        _table("pair", "A pair", "Hai chỉ tiêu", ("electronic_document_rate", 3, 50), ("signed_document_rate", 1, 0)),
        _table("reports", "Reports", "Báo cáo", ("reporting_connected_rate", 1, 0)),
        _table("mixed", "Mixed", "Trộn", ("electronic_document_rate", 1, 0), ("reporting_connected_rate", 1, 0)),
    )
)


@contextmanager
def empty_store(server: Server, template: str, name: str) -> Iterator[Store]:
    """A store of a module's own, so that tests which change nothing share what they look at."""
    execute(server, "CREATE DATABASE {} TEMPLATE {}", name, template)
    opened = Store.open(server.url_of(name))
    try:
        yield opened
    finally:
        opened.close()
        execute(server, "DROP DATABASE {} WITH (FORCE)", name)


def with_own(changes: Mapping[str, str] | None = None) -> Catalog:
    """The catalog with these rankings beside its own; `changes` replaces texts in them."""
    texts = dict(catalog().texts)
    text = OWN
    for old, new in (changes or {}).items():
        assert old in text, old
        text = text.replace(old, new)
    return Catalog.parse({**texts, "rankings.toml": texts["rankings.toml"] + text})


def documents(unit: str, counts: tuple[int, int, int], month: str = OCTOBER, tier: str = "province") -> list[Observation]:
    """Documents without paper, with a signature, and all of them, on five days of a month."""
    electronic, signed, sent = counts
    pairs = (("documents_electronic", electronic), ("documents_signed", signed), ("documents_sent", sent))
    first = [cell(measure, unit, f"{month}-05", value, f"tier={tier}") for measure, value in pairs]
    return first + [cell(measure, unit, f"{month}-{day:02d}", 0, f"tier={tier}") for measure, _ in pairs for day in (6, 7, 8, 9)]


def connected(unit: str, count: int, whole: int, month: str = OCTOBER) -> list[Observation]:
    """Both counts of `reporting_connected_rate`."""
    return [
        cell("reporting_bodies_connected", unit, month, count, "tier=commune"),
        cell("reporting_bodies", unit, month, whole, "tier=commune"),
    ]
