"""A landing process is killed at any moment: what it said is kept is there once, and nothing is there twice or by half."""

import random
import subprocess
import sys
import time

import pytest
from sqlalchemy import text

from dashboard.settings import CHECKOUT
from dashboard.store import Store
from dashboard.store.fold import folded
from dashboard.store.rebuild import rebuild
from tests.store.lander import LETTERS_A_BATCH, batch
from tests.store.small_country import FOLDING, LETTERS, post, settle, standing, table


def land_until_killed(url: str, batches: int, more: float) -> int:
    """Lets a process land at least so many batches, kills it a moment later; the number of the last batch that it said is kept."""
    process = subprocess.Popen([sys.executable, "-m", "tests.store.lander", url], stdout=subprocess.PIPE, cwd=CHECKOUT, text=True)
    assert process.stdout is not None
    try:
        for _ in range(batches):
            assert process.stdout.readline()
        time.sleep(more)
    finally:
        process.kill()
        told = process.stdout.read().split()
        process.stdout.close()
        process.wait()
    return int(told[-1]) if told else batches - 1


@pytest.mark.parametrize("seed", range(3))
def test_what_was_kept_is_there_once_after_a_kill(store: Store, database_url: str, seed: int) -> None:
    settle(store)
    chance = random.Random(seed)
    for _ in range(2):
        last = land_until_killed(database_url, chance.randint(1, 12), chance.random() / 5)
        with store.transaction() as connection:
            # The database may still be busy with what the killed process had asked for.
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('ingest:letters'))"))
        known = len(table(store, "ledger"))
        assert known >= LETTERS_A_BATCH * (last + 1)
        assert known % LETTERS_A_BATCH == 0, "a batch is there whole or not at all"
        check(store, known)
    post(store, *(event for number in range(last + 2) for event in batch(number)))
    check(store, max(known, LETTERS_A_BATCH * (last + 2)))


def check(store: Store, letters: int) -> None:
    """Cells, sums and ledger tell of so many letters, each of them once."""
    counted = {measure: sum(value for cell, value in standing(store).items() if cell[0] == measure) for measure in ("sent", "signed")}
    assert counted == {"sent": letters, "signed": (letters + 1) // 2}
    assert {one.measure: one.value for one in folded(store, ["sent", "signed"], ["2026"], units=["vn"])} == counted
    sums = table(store, "rollup")
    assert rebuild(store, FOLDING, {"letters": LETTERS}, lambda *_: None) == 0
    assert table(store, "rollup") == sums
