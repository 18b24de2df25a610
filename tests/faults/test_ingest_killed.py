"""The ingest is killed on its way through an archive, and on its way through a portal's pages: started again, it ends with every document
and every dossier counted exactly once. The gateways' door is in `test_gateway`, the approval of a workbook in `tests/submissions`."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from dashboard import pulls
from dashboard.feeds.base import Feed
from dashboard.feeds.document_axis import FEED
from dashboard.settings import CHECKOUT
from dashboard.store import Store
from dashboard.store.folding import Folding
from dashboard.store.ledger import Counting
from dashboard.store.queries import cells
from dashboard.store.rebuild import rebuild
from tests.bench import million
from tests.feeds.test_portal import playing, portal_now
from tests.loaded import catalog, feeds, ingest_desk, units
from tests.patience import soon
from tests.sandbox.stage import days_off

pytestmark = pytest.mark.full

MESSAGES = 9_000
KILLS = 3


def runs(store: Store) -> int:
    """How many batches have landed."""
    with store.transaction() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM feed_run")) or 0)


def totals(store: Store, measures: Iterable[str]) -> dict[str, float]:
    """Each measure over all units and days."""
    found: dict[str, float] = {}
    for cell in cells(store, measures):
        found[cell.measure] = found.get(cell.measure, 0) + cell.value
    return found


def settled(store: Store, feed: Feed) -> None:
    """What the killed one had asked of the database has come to its end; sums made anew are those that stand."""
    with store.transaction() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"ingest:{feed.key}"})
    assert feed.rules is not None
    assert rebuild(store, Folding.of(catalog(), units()), {feed.key: Counting(feed.rules, days_off())}, lambda *_: None) == 0


def test_an_archive_that_was_killed_again_and_again_counts_each_document_once(store: Store, database_url: str, tmp_path: Path) -> None:
    written = million.write(tmp_path / "a.tar.gz", MESSAGES)
    variables = {"DATABASE_URL": database_url, "DASHBOARD_VAR_DIR": str(tmp_path / "var"), "DASHBOARD_SIGNATURE_CHECKS": "off"}
    command = [sys.executable, "-m", "dashboard", "ingest", "document_axis", "--file", str(tmp_path / "a.tar.gz")]
    environment, chance, killed = {**os.environ, **variables}, random.Random(20261123), 0
    for _ in range(KILLS):
        before, more = runs(store), chance.randint(1, 4)
        process = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            assert soon(lambda wanted=before + more: runs(store) >= wanted, 120), "it never came so far"  # type: ignore[misc]
            killed += process.poll() is None
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        settled(store, FEED)
        half = totals(store, written.counts)
        assert all(half.get(measure, 0) <= count for measure, count in written.counts.items()), "nothing is there twice"
    assert killed, "it was done each time before it was killed"
    subprocess.run(command, cwd=CHECKOUT, env=environment, check=True, capture_output=True, timeout=240)
    settled(store, FEED)
    assert totals(store, written.counts) == written.counts


def test_a_pull_that_was_killed_at_any_request_counts_each_dossier_once(
    store: Store, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, now = random.Random(20261123), portal_now()
    with playing(monkeypatch) as played:
        monkeypatch.setattr(played.portal, "now", lambda: now)
        answer, left = played.portal.call, [0]
        running: list[subprocess.Popen[bytes]] = []

        def killing(said: dict[str, Any]) -> bytes:
            left[0] -= 1
            if left[0] == 0:
                os.kill(running[-1].pid, signal.SIGKILL)
            return answer(said)

        monkeypatch.setattr(played.portal, "call", killing)
        command = [sys.executable, "-m", "tests.faults.puller", database_url, str(tmp_path / "raw"), played.address]
        for least in (1, 4, 7):
            left[0] = least + chance.randint(0, 2)
            running.append(subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.DEVNULL))
            assert running[-1].wait(120) == -signal.SIGKILL, "it was done before it was killed"
            settled(store, played.feed)
        desk = replace(ingest_desk(store, tmp_path / "raw"), feeds=feeds())
        assert all(report.error is None and not report.held for report in pulls.read(desk, played.feed))
        until = f"{now:%Y%m%d%H%M%S}"
        statuses = [one["TrangThaiHoSo"] for one in played.records() if one["NgayTiepNhan"] and one["NgayTiepNhan"] <= until]
    settled(store, played.feed)
    found = totals(store, ["dossiers_received"])
    assert found["dossiers_received"] == sum(status not in ("1", "3") for status in statuses) > 20
