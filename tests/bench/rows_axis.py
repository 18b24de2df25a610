"""edXML messages: read from an archive and landed, on one core with the database beside; and through the gateways' door over HTTP."""

import asyncio
import io
import multiprocessing
import os
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard import messages, web
from dashboard.access import tokens
from dashboard.feeds.document_axis import FEED
from dashboard.sandbox.authority import Holder
from dashboard.settings import Settings
from dashboard.signatures.verifying import Verifier
from dashboard.store import Store
from dashboard.store.embedded import Server
from dashboard.store.migrate import migrate
from tests.bench.raw import Line
from tests.bench.row import Measure, Row
from tests.bench.rows_api import PRESSED, wait_for_press
from tests.loaded import boards_over, ingest_desk
from tests.messages import SIGNATURE, Document, status
from tests.signatures import made
from tests.web.running import all_routers, served

ARCHIVED, POSTED, GATEWAYS, SIGNED = 20_000, 3_000, 300, 3_000


def measure_archive() -> Row:
    """Documents and their statuses out of a tar.gz, landed in batches; this process and the database share one core."""
    with _one_core(), _store() as (store, folder):
        desk = ingest_desk(store, folder / "raw")
        path = folder / "a.tar.gz"
        _write(path)
        began = time.perf_counter()
        *_, last = messages.land_archive(desk, FEED, path)
        seconds = time.perf_counter() - began
        assert last.messages == ARCHIVED
        assert not last.landed.held
        return Row("edxml_archive", ARCHIVED / seconds, "messages/s", 2_000, better="higher")


def measure_gateways() -> Row:
    """Messages of 300 gateways that each wait for their answer; they run in a process of their own, the program and the database here."""
    with _store() as (store, folder):
        key = tokens.issue(store, "bench", ["feed:document_axis"])
        raw = folder / "raw"
        boards = boards_over(store, raw)
        app = web.build(Settings.model_validate({"var_dir": PRESSED}), store, boards, (), all_routers(store, boards, raw))
        wait_for_press()
        with served(app) as base, multiprocessing.get_context("spawn").Pool(1) as pool:
            return Row("edxml_gateways", POSTED / pool.apply(_post_all, (base, key)), "messages/s", 400, better="higher")


def measure_signatures() -> Row:
    """Signed messages verified on one core, as the process that checks them does it: no two alike, from fifty certificates."""
    signed = [_signed(number) for number in range(SIGNED)]
    verifier, at = Verifier(made.trust(), b"k" * 32), made.AT
    verifier.verdict(signed[0], at)
    with _one_core():
        began = time.process_time()  # nothing here waits: what others take of the core is not ours
        found = [verifier.verdict(content, at) for content in signed]
        seconds = time.process_time() - began
    assert {one.state for one in found} == {"valid"}
    return Row("xmldsig_checks", SIGNED / seconds, "messages/s", 1_500, better="higher")


ROWS: dict[str, Measure] = {
    "edxml_archive": measure_archive,
    "edxml_gateways": measure_gateways,
    "xmldsig_checks": measure_signatures,
}


def _message(number: int) -> bytes:
    name = f"000.00.00.H05,2026/09/10,{number // 2}/UBND"
    if number % 2:
        return status("01" if number % 4 == 1 else "03", "2026/09/10 16:00:00", document=name)
    return Document(document=name, sender=f"000.00.{number % 90:02d}.H05", sender_name="Sở Xây dựng", signature=SIGNATURE).xml()


def _signed(number: int) -> bytes:
    content = Document(document=f"000.00.00.H05,2026/09/10,{number}/UBND").xml()
    return made.PEN.but(holder=Holder("UBND tỉnh Bắc Ninh", number % 50)).sign(content)


def _write(path: Path) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for number in range(ARCHIVED):
            content = _message(number)
            info = tarfile.TarInfo(f"{number}.xml")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


@contextmanager
def _store() -> Iterator[tuple[Store, Path]]:
    with tempfile.TemporaryDirectory() as name, Server(Path(name)) as server:
        store = Store.open(server.url_of("postgres"))
        migrate(store)
        yield store, Path(name)
        store.close()


@contextmanager
def _one_core() -> Iterator[None]:
    """This process, and every one that it starts meanwhile, on one core."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _post_all(base: str, key: str) -> float:
    """Seconds until every message was acknowledged."""
    return asyncio.run(_post_by(base, key))


async def _post_by(base: str, key: str) -> float:
    """Bare sockets: a client library with a pool looks through all three hundred connections for each message, and measures itself."""
    waiting = iter([_request(_message(2 * number), base, key) for number in range(POSTED)])

    async def gateway(line: Line) -> None:
        for request in waiting:
            answer = await line.ask(request)
            assert answer.status == 200, answer.body.decode()

    lines = [await Line.to(base) for _ in range(GATEWAYS)]
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for line in lines:
            group.create_task(gateway(line))
    seconds = time.perf_counter() - began
    for line in lines:
        line.close()
    return seconds


def _request(content: bytes, base: str, key: str) -> bytes:
    who = f"X-SystemId: 000.00.00.H05\r\nX-SecretKey: {key}\r\n"
    what = f"Content-Type: application/xml\r\nContent-Length: {len(content)}\r\n"
    return f"POST /v1/sendEdoc HTTP/1.1\r\nHost: {base.removeprefix('http://')}\r\n{who}{what}\r\n".encode() + content
