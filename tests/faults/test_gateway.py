"""The web program and the database are killed while gateways send: what was acknowledged is there afterwards, exactly once."""

import os
import random
import signal
import threading
import time
from pathlib import Path

import httpx
import pytest

from dashboard.store import Store, embedded
from dashboard.store.queries import cells
from tests.faults.whole import attempt, free_port, running
from tests.messages import Document, status
from tests.patience import soon

pytestmark = pytest.mark.full

SENDERS, EACH, KILLS = 6, 25, ("web", "web", "postgres", "web")
PATIENCE = 420.0


def name(sender: int, number: int) -> str:
    """The identifier of one document."""
    return f"000.00.00.H05,2026/09/10,{sender}-{number}/UBND"


def send(base: str, key: str, system: str, content: bytes, end: float) -> None:
    """Sends a message as gateways do: again, until it is acknowledged."""
    headers = {"X-SystemId": system, "X-SecretKey": key, "Content-Type": "application/xml"}
    while time.monotonic() < end:
        try:
            if httpx.post(f"{base}/v1/sendEdoc", content=content, headers=headers, timeout=20).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("never acknowledged")


def test_what_was_acknowledged_is_there_exactly_once_whatever_was_killed(tmp_path: Path) -> None:
    variables = {"DASHBOARD_VAR_DIR": str(tmp_path / "var")}
    acknowledged: list[str] = []
    end = time.monotonic() + PATIENCE
    with running(port=free_port(), variables=variables) as whole:
        issued = attempt("token", "add", "--scope", "feed:document_axis", variables=variables, module=True)
        assert issued.returncode == 0, issued.stderr
        key, base = issued.stdout.splitlines()[-1], f"http://127.0.0.1:{whole.port}"

        def sender(number: int) -> None:
            for document in (name(number, one) for one in range(EACH)):
                send(base, key, "H26", status("01", "2026/09/10 16:00:00", document=document), end)  # before the document itself
                send(base, key, "H05", Document(document=document).xml(), end)
                acknowledged.append(document)

        threads = [threading.Thread(target=sender, args=(number,)) for number in range(SENDERS)]
        for thread in threads:
            thread.start()
        chance = random.Random(20260910)
        for part in KILLS:
            before = len(acknowledged)
            assert soon(lambda before=before: len(acknowledged) > before + 5, 60), "nothing was acknowledged any more"  # type: ignore[misc]
            assert soon(lambda part=part: part in whole.children(), 60), f"{part} is not there"  # type: ignore[misc]
            time.sleep(chance.uniform(0, 0.4))
            os.kill(whole.children()[part], signal.SIGKILL)
        for thread in threads:
            thread.join(PATIENCE)
    assert len(set(acknowledged)) == SENDERS * EACH
    with embedded.running(tmp_path / "var") as url:
        store = Store.open(url)
        found = {cell.measure: cell.value for cell in cells(store, ["documents_sent", "documents_received"])}
        store.close()
    assert found == {"documents_sent": SENDERS * EACH, "documents_received": SENDERS * EACH}
