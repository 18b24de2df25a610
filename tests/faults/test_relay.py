"""What a relay leans on is killed while somebody watches: the camera, the database. Real processes, kill -9."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.looking import CameraDesk
from dashboard.access.roles import Role
from dashboard.access.viewer import Viewer as Person
from dashboard.camera.exchange import Exchange, Opened, in_order
from dashboard.camera.registry import Cameras
from dashboard.camera.states import FAULTS
from dashboard.errors import NotFound
from dashboard.settings import CHECKOUT
from dashboard.store import Store, cameras
from dashboard.store.embedded import Server
from dashboard.store.migrate import migrate
from tests.camera.box import running
from tests.camera.viewer import Viewer, look, watching
from tests.faults.whole import HOUSE, environment, free_port
from tests.loaded import units
from tests.patience import soon

LOOPED = "ha_noi_1"
SHARED = ("ha_noi_1", "da_nang_1", "phu_tho_1", "an_giang_1", "bac_ninh_1")
LEADER = Person(1, "thu.leader", "Lãnh đạo", Role.LEADER, None, "session")


@contextmanager
def camera_process(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The sandbox's cameras in a process of their own."""
    command = [sys.executable, "-m", "dashboard", "sandbox", "--only", "cameras", "--rtsp-port", str(port)]
    with subprocess.Popen(
        command, cwd=HOUSE, env=environment({"DASHBOARD_VAR_DIR": str(HOUSE / "var")}), stdout=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@asynccontextmanager
async def counted(viewer: Viewer) -> AsyncIterator[list[int]]:
    """A list of one number that grows with every picture the viewer decodes."""
    seen = [0]
    track: Any = viewer.connection.getReceivers()[0].track

    async def count() -> None:
        while True:
            await track.recv()
            seen[0] += 1

    task = asyncio.create_task(count())
    yield seen
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def grows(seen: list[int], by: int = 10) -> bool:
    """Whether so many more pictures come."""
    begun = seen[0]
    return await asyncio.to_thread(soon, lambda: seen[0] >= begun + by, 30)


@pytest.mark.full
def test_a_camera_that_was_killed_and_started_again_plays_on_in_the_same_session(store: Store) -> None:
    port = free_port()
    with running(store) as box:
        box.relay.cameras = Cameras.load(CHECKOUT / "data", units(), port)

        async def act(exchange: Exchange) -> None:
            with camera_process(port) as first:
                assert await asyncio.to_thread(_answers, port)
                async with watching(exchange, LOOPED) as viewer, counted(viewer) as seen:
                    assert await grows(seen)
                    first.send_signal(signal.SIGKILL)
                    assert await asyncio.to_thread(soon, lambda: box.relay.sources[LOOPED].condition.state in FAULTS)
                    with camera_process(port):
                        assert await grows(seen)
                    assert [session.source.camera.key for session in box.relay.sessions.values()] == [LOOPED]

        look(store, act)


@pytest.mark.full
def test_without_a_database_the_picture_goes_on_and_the_look_is_closed_afterwards_at_its_true_end(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        store = Store.open(server.url)
        migrate(store)
        with running(store) as box:

            async def act(exchange: Exchange) -> datetime:
                async def opens(camera: str, offer: bytes) -> Opened:
                    return await CameraDesk(store, exchange).open(LEADER, box.relay.cameras.get(camera), offer, "127.0.0.1")

                async with watching(exchange, "plays", opens=opens) as viewer, counted(viewer) as seen:
                    assert await grows(seen)
                    os.kill(server.pid, signal.SIGKILL)
                    assert await asyncio.to_thread(soon, lambda: server.pid == 0)
                    assert await grows(seen, 50)
                    await exchange.end(viewer.opened.relay, viewer.opened.session)
                    return datetime.now(UTC)

            ended = look(store, act)
            assert not box.relay.sessions
            server.start()
            begun_again = datetime.now(UTC)
            assert soon(lambda: _view(store).to_at is not None, 30)
            to_at = _view(store).to_at
            assert to_at is not None
            assert _view(store).from_at < to_at <= ended < begun_again

            async def once_more(exchange: Exchange) -> int:
                async with watching(exchange, "plays") as viewer:
                    return len(await viewer.frames(3))

            assert look(store, once_more) == 3
        store.close()


@contextmanager
def relay_process(url: str, port: int, rtsp_port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A relay in a process of its own."""
    variables = {"DATABASE_URL": url, "DASHBOARD_RELAY_PORT": str(port), "DASHBOARD_RTSP_PORT": str(rtsp_port)}
    command = [sys.executable, "-m", "dashboard", "relay"]
    with subprocess.Popen(command, cwd=HOUSE, env=environment(variables), stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def two_relays(url: str, store: Store, rtsp: int) -> Iterator[tuple[dict[str, subprocess.Popen[bytes]], dict[str, str]]]:
    """Two relays that share the cameras out between them, by their names, and which camera is whose. Their names are new at every start,
    and one start in sixteen gives all five to one of them: then they are started anew."""
    while True:
        ports = free_port(), free_port()
        with relay_process(url, ports[0], rtsp) as one, relay_process(url, ports[1], rtsp) as two:
            assert soon(lambda ports=ports: _ports(store) == set(ports))  # type: ignore[misc]
            processes = {_id_at(store, port): process for port, process in zip(ports, (one, two), strict=True)}
            claims = {camera: in_order(camera, cameras.relays(store, timedelta(seconds=5)))[0].id for camera in SHARED}
            if set(claims.values()) == set(processes):
                yield processes, claims
                return


@pytest.mark.full
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP])
def test_when_one_of_two_relays_dies_or_hangs_its_viewers_find_the_other_and_the_others_viewers_notice_nothing(
    database_url: str, store: Store, blow: signal.Signals
) -> None:
    rtsp = free_port()
    with camera_process(rtsp), two_relays(database_url, store, rtsp) as (processes, claims):
        assert _answers(rtsp)

        async def act(exchange: Exchange) -> None:
            (dies, lives) = processes
            lost, kept = (next(camera for camera in SHARED if claims[camera] == relay) for relay in (dies, lives))
            async with watching(exchange, lost) as gone, watching(exchange, kept) as stays, counted(stays) as seen:
                await gone.frames(3)
                assert (gone.opened.relay, stays.opened.relay) == (dies, lives)
                processes[dies].send_signal(blow)
                with pytest.raises(NotFound):
                    await exchange.look(dies, gone.opened.session)
                async with watching(exchange, lost) as again:
                    assert again.opened.relay == lives
                    assert len(await again.frames(3)) == 3
                assert await grows(seen)
                await exchange.look(lives, stays.opened.session)
                if blow == signal.SIGSTOP:
                    assert await exchange.relay_of(lost) == lives
                    processes[dies].send_signal(signal.SIGCONT)
                    assert await _is_asked_again(exchange, lost, dies)

        look(store, act)


async def _is_asked_again(exchange: Exchange, camera: str, relay: str) -> bool:
    for _ in range(300):
        if await exchange.relay_of(camera) == relay:
            return True
        await asyncio.sleep(0.05)
    return False


def _ports(store: Store) -> set[int]:
    return {int(one.address.rpartition(":")[2]) for one in cameras.relays(store, timedelta(seconds=5))}


def _id_at(store: Store, port: int) -> str:
    return next(one.id for one in cameras.relays(store, timedelta(seconds=5)) if one.address.endswith(f":{port}"))


def _view(store: Store) -> cameras.View:
    (view,) = cameras.views(store, 10)
    return view


def _answers(port: int) -> bool:
    def reached() -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
        return True

    return soon(reached, 30)
