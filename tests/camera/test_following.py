"""A relay follows the list: who looks at a camera that was changed, switched off or deleted hears of it within seconds."""

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from aiortc import RTCSessionDescription
from pydantic import SecretStr

from dashboard.camera.roster import Roster, row_of
from dashboard.camera.states import State
from dashboard.camera.vault import Vault
from dashboard.errors import CameraError, NotFound
from dashboard.store import Store, camera_list
from dashboard.store.accounts import AuditEntry
from tests.camera.box import Box, camera, channel, run
from tests.camera.viewer import offering
from tests.patience import PATIENCE, soon

VAULT, ENTRY = Vault.of(["k" * 32]), AuditEntry("quantri", "camera changed", "x")


@pytest.fixture
def box(store: Store) -> Iterator[Box]:
    """A relay over the list of the database: one camera that plays at two addresses, the second asks for a password."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    playing = channel()
    playing.ready()
    found = {"a": playing, "b": channel(password="mật khẩu")}
    camera_list.add(store, row_of(camera("cam", f"rtsp://127.0.0.1:{port}/a"), VAULT, changed_by="t"), ENTRY)
    made = Roster(store, VAULT)
    made.look()
    with run(store, made.cameras, found, listener, vision=False) as box:
        yield box


async def play(box: Box, key: str) -> None:
    """Somebody looks, until a frame has come."""
    async with offering() as (connection, mine):
        answer = await asyncio.to_thread(box.do, box.relay.open("cam", mine.decode(), key))
        await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await asyncio.wait_for(connection.getReceivers()[0].track.recv(), PATIENCE)


def change(store: Store, **fields: object) -> None:
    """Somebody changes the camera's row."""
    (row,) = camera_list.listed(store)
    assert camera_list.change(store, replace(row, **fields), ENTRY)  # type: ignore[arg-type]


def test_a_camera_that_is_switched_off_is_let_go_and_says_why(box: Box, store: Store) -> None:
    asyncio.run(play(box, "one"))
    assert "cam" in box.relay.sources
    change(store, name_vi="Tên mới")
    assert soon(lambda: box.relay.cameras.get("cam").name_vi == "Tên mới")
    assert "cam" in box.relay.sources
    change(store, enabled=False)
    assert soon(lambda: not box.relay.sources and not box.relay.sessions)
    with pytest.raises(CameraError) as refused:
        asyncio.run(play(box, "two"))
    assert refused.value.state == State.DISABLED
    camera_list.remove(store, "cam", ENTRY)
    assert soon(lambda: "cam" not in box.relay.cameras.by_key)
    with pytest.raises(NotFound):
        asyncio.run(play(box, "three"))


def test_a_new_address_and_password_are_pulled_anew(box: Box, store: Store) -> None:
    asyncio.run(play(box, "one"))
    before = box.relay.sources["cam"]
    (row,) = camera_list.listed(store)
    moved = camera("cam", row.url.replace("rtsp://", "rtsp://xem:m%E1%BA%ADt%20kh%E1%BA%A9u@")[:-1] + "b")
    changed = row_of(moved.model_copy(update={"version": row.version}), VAULT, changed_by="t")
    assert camera_list.change(store, changed, ENTRY)
    assert soon(lambda: box.relay.sources.get("cam") is not before)
    asyncio.run(play(box, "two"))
    assert box.relay.sources["cam"].camera.url == SecretStr(moved.url.get_secret_value())


def test_when_something_else_may_be_seen_of_a_camera_nobody_goes_on_looking_as_before(box: Box, store: Store) -> None:
    asyncio.run(play(box, "one"))
    change(store, privacy="masked")
    assert soon(lambda: not box.relay.sources and not box.relay.sessions)
    asyncio.run(play(box, "two"))
    change(store, masks=[[[0.0, 0.0], [0.5, 0.0], [0.5, 1.0]]])
    assert soon(lambda: not box.relay.sources and not box.relay.sessions)
