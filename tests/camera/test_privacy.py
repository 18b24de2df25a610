"""What may be seen of a picture: painting it, on drawn pictures; and that no way leads to more, over real cameras, relays and doors."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import cv2
import httpx
import numpy as np
import pytest
from aiortc import RTCSessionDescription
from hypothesis import given, settings
from hypothesis import strategies as some

from dashboard.access import tokens
from dashboard.access.roles import Role
from dashboard.camera.privacy import INK, LEVELS, PLACES, Picture, veiled
from dashboard.camera.privacy_names import name_of, parts_of
from dashboard.camera.reel import LARGEST, Piece, Tap, Unpacker, end_of
from dashboard.camera.registry import Camera, Cameras
from dashboard.camera.signing import HEADER, sign
from dashboard.camera.states import State
from dashboard.camera.veil import LATE, Veil
from dashboard.errors import CameraError
from dashboard.sandbox.films import Encoder
from dashboard.sandbox.scenes import Scene
from dashboard.store import Store, cameras, sightings
from tests.camera.box import NEVER, Box, channels, run
from tests.camera.box import camera as made_camera
from tests.camera.viewer import offer, offering
from tests.patience import PATIENCE, soon
from tests.web.running import ACCOUNTS, signed_in

SDP = {"Content-Type": "application/sdp"}
HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
"""The left half of a picture."""


# ---- painting ------------------------------------------------------------------------------------------------


def detail(picture: Picture, left: float, right: float) -> float:
    """How much fine detail there is between two shares of the width, at 720 lines; the rim of the mask and the stamp below are left out."""
    picture = np.asarray(cv2.resize(picture, (1280, 720)), np.uint8)
    high, wide = picture.shape[:2]
    part = picture[: high * 8 // 10, int(wide * left) : int(wide * right)]
    return float(cv2.Laplacian(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), cv2.CV_32F).var())


def test_what_is_masked_is_gone_and_the_rest_is_as_it_was() -> None:
    picture = Scene(1).at(0.3)
    painted = veiled(picture, "masked", [HALF])
    assert (painted[:, :640] == INK).all()
    assert (painted[:, 645:] == picture[:, 645:]).all()
    assert (veiled(picture, "masked", []) == INK).all(), "without an area nothing is shown"
    assert (veiled(picture, "xyz", [HALF]) == INK).all(), "a mode that nobody knows"
    assert veiled(picture, "open", [HALF]) is picture


polygons = some.lists(some.tuples(some.floats(0, 1), some.floats(0, 1)), min_size=3, max_size=8)


@settings(max_examples=30, deadline=None)
@given(mask=polygons, seed=some.integers(0, 9))
def test_nothing_of_what_lies_in_a_mask_changes_the_picture(mask: list[tuple[float, float]], seed: int) -> None:
    shape = (180, 320, 3)
    one = np.asarray(np.random.default_rng(seed).integers(0, 255, shape), np.uint8)
    inside = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(inside, [np.round(np.array(mask) * (320, 180)).astype(np.int32)], 1)
    other = one.copy()
    other[inside > 0] = 255 - other[inside > 0]
    for mode in ("masked", "blurred"):
        assert (veiled(one, mode, [mask]) == veiled(other, mode, [mask])).all()


@settings(max_examples=20, deadline=None)
@given(seed=some.integers(0, 99), wide=some.integers(97, 900), high=some.integers(55, 600))
def test_a_blurred_picture_holds_no_more_than_its_few_places(seed: int, wide: int, high: int) -> None:
    picture = np.asarray(np.random.default_rng(seed).integers(0, 255, (high, wide, 3)), np.uint8)
    blurred = veiled(picture, "blurred", [])
    assert blurred.shape == picture.shape
    again = cv2.resize(picture, PLACES, interpolation=cv2.INTER_AREA) // (256 // LEVELS)
    told = cv2.resize(again * (256 // LEVELS) + 256 // LEVELS // 2, (wide, high), interpolation=cv2.INTER_LINEAR)
    assert (blurred == told).all(), "it can be made of 96 x 54 places of 32 levels, so it says no more than these"


@given(key=some.from_regex(r"[a-z0-9_]{1,20}", fullmatch=True), mode=some.sampled_from(("open", "masked", "blurred")))
def test_a_picture_has_one_name_for_each_mode(key: str, mode: str) -> None:
    assert parts_of(name_of(key, mode)) == (key, mode)
    assert parts_of(f"{key}~open") is None
    assert parts_of(f"{key}~") is None
    assert parts_of(f"{key}~{mode}~{mode}") is None


# ---- decoding, painting, encoding -----------------------------------------------------------------------------


def pieces(count: int = 12, size: int = 1) -> Iterator[list[Piece]]:
    """A scene as a relay gives it, `size` pieces at a time."""
    encoder, some_ = Encoder(), []
    for place in range(count):
        stream = b"".join(b"\x00\x00\x00\x01" + nal for nal in encoder.encode(Scene(1).at(place / 96)))
        some_.append(Piece(stream, place * 7500, place % 24 == 0, time.time()))
        if len(some_) == size:
            yield some_
            some_ = []


def test_a_veil_decodes_paints_and_encodes_what_browsers_play() -> None:
    from dashboard.camera.vision.looks import decoded

    veil = Veil("masked", [HALF])
    masked = [made for some_ in pieces(2) for made in veil.through(some_)]
    assert masked[0].is_key
    picture = decoded(masked[0].stream)
    assert picture.shape == (720, 1280, 3)
    assert np.abs(picture[100:600, 20:620].astype(int) - INK).mean() < 6
    assert detail(picture, 0.05, 0.45) < 5 < detail(picture, 0.55, 0.95)
    veil = Veil("blurred", [])
    blurred = [made for some_ in pieces(36) for made in veil.through(some_)]
    assert len(blurred) == 12, "at most five a second: each third of twelve"
    assert [one.is_key for one in blurred].count(True) == 2, "each two seconds"
    assert decoded(blurred[0].stream).shape == (360, 640, 3)
    assert detail(decoded(blurred[0].stream), 0, 1) < 12


def test_of_pieces_that_come_at_once_the_newest_is_shown_and_one_that_is_too_late_is_not() -> None:
    veil = Veil("masked", [HALF])
    assert [len(veil.through(some_)) for some_ in pieces(12, 4)] == [1, 1, 1]
    late = Veil("masked", [HALF], clock=lambda: time.time() + LATE + 1)
    with pytest.raises(CameraError) as slow:
        late.through(next(pieces()))
    assert slow.value.state == State.VEIL_SLOW


def test_what_cannot_be_decoded_is_not_shown() -> None:
    veil = Veil("masked", [HALF])
    broken = Piece(b"\x00\x00\x00\x01\x67" + bytes(40), 0, True, time.time())
    with pytest.raises(CameraError) as failed:
        veil.through([broken])
    assert failed.value.state == State.VEIL_FAILED


@given(cut=some.lists(some.integers(1, 50), min_size=1, max_size=40), rest=some.binary(max_size=60))
def test_pieces_come_whole_however_the_wire_cuts_them(cut: list[int], rest: bytes) -> None:
    sent = [Piece(bytes([place]) * 30, place * 3000, place == 0, 1.5) for place in range(6)]
    wire, unpacker, found = b"".join(one.packed() for one in sent), Unpacker(), list[Piece]()
    for size in cut * 300:
        found += unpacker.feed(wire[:size])
        wire = wire[size:]
    assert found == sent
    with suppress(CameraError):  # bytes that are no reel
        assert len(unpacker.feed(rest)) <= 3


def test_an_end_says_why_and_a_reel_of_nonsense_is_refused() -> None:
    with pytest.raises(CameraError) as ended:
        Unpacker().feed(end_of(State.VEIL_SLOW))
    assert ended.value.state == State.VEIL_SLOW
    with pytest.raises(CameraError):
        Unpacker().feed(Piece(b"x", 0, True, 0.0).packed().replace(b"\x00\x00\x00\x01", (LARGEST + 1).to_bytes(4, "big"), 1))


def test_whoever_takes_too_slowly_goes_on_at_a_key_frame() -> None:
    tap = Tap()
    frames = [Piece(b"\x00\x00\x00\x01\x65abc", place, place % 30 == 0, 0.0).as_frame() for place in range(200)]
    tap.join(frames)
    taken = asyncio.run(tap.take(1))
    assert taken[0].is_key
    assert tap.missed >= 1
    assert taken[-1] is frames[-1]


# ---- every door ------------------------------------------------------------------------------------------------


@contextmanager
def house(store: Store, *listed: Camera, blurs: bool = True) -> Iterator[Box]:
    """A box whose cameras are all the one that plays, with these rules."""
    found, listener = {"plays": channels()["plays"]}, socket.create_server(("127.0.0.1", 0))
    address = made_camera("x", f"rtsp://127.0.0.1:{listener.getsockname()[1]}/plays").url
    rules = Cameras(MappingProxyType({one.key: one.model_copy(update={"url": address}) for one in listed}), NEVER)
    with run(store, rules, found, listener, vision=True, blurs=blurs) as box:
        yield box


def ruled(key: str, **fields: object) -> Camera:
    """A camera with rules; its left half is masked."""
    return made_camera(key, "rtsp://127.0.0.1:9/x").model_copy(update={"masks": (HALF,), **fields})


@pytest.fixture
def box(store: Store) -> Iterator[Box]:
    """One camera of each mode, and one that is blurred for all but leaders."""
    listed = [ruled(mode, privacy=mode) for mode in ("open", "masked", "blurred")]
    with house(store, *listed, ruled("leaders", privacy="blurred", privacy_for={"leader": "open"})) as made:
        yield made


def played(client: httpx.Client, camera: str, base: str = "") -> Picture:
    """A picture of the live stream, some frames after its begin."""

    async def play() -> Picture:
        async with offering() as (connection, mine):
            answer = await asyncio.to_thread(client.post, f"{base}/whep/{camera}", content=mine, headers=SDP)
            assert answer.status_code == 201, answer.text
            await connection.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
            track = connection.getReceivers()[0].track
            for _ in range(3):
                frame = await asyncio.wait_for(track.recv(), PATIENCE)
            return np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)  # type: ignore[union-attr]

    return asyncio.run(play())


def still(client: httpx.Client, address: str) -> Picture:
    """A still, once there is one."""
    assert soon(lambda: client.get(address).status_code == 200)
    picture = cv2.imdecode(np.frombuffer(client.get(address).content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, np.uint8)


def seen_as(picture: Picture) -> str:
    """What was done to a picture, told by the detail that is left in its halves."""
    left, right = detail(picture, 0.05, 0.45), detail(picture, 0.55, 0.95)
    modes = {(True, True): "open", (False, True): "masked", (False, False): "blurred"}
    return modes.get((left > 20, right > 20), "?")


def test_each_sees_live_and_still_what_the_camera_allows_the_role(base: str, leader: httpx.Client, box: Box, store: Store) -> None:
    with signed_in(base, ACCOUNTS[Role.WORKING_GROUP]) as group:
        for client, camera, mode in [
            (leader, "open", "open"),
            (leader, "masked", "masked"),
            (leader, "blurred", "blurred"),
            (leader, "leaders", "open"),
            (group, "leaders", "blurred"),
        ]:
            assert seen_as(still(client, f"/camera/{camera}/still.jpg")) == mode, camera
            assert seen_as(played(client, camera)) == mode, camera
            listed = {one["camera"]: one["mode"] for one in client.get("/api/v1/cameras").json()["cameras"]}
            assert listed[camera] == mode
    looks = {(view.look.actor, view.look.camera, view.look.kind, view.look.mode) for view in cameras.views(store, 50)}
    for kind in ("live", "still"):
        assert (ACCOUNTS[Role.LEADER], "leaders", kind, "open") in looks
        assert (ACCOUNTS[Role.WORKING_GROUP], "leaders", kind, "blurred") in looks
    assert box.channels["plays"].pulls <= 4 + 4, "a camera is pulled once, whatever is made of it: four cameras, each perhaps twice"


def test_no_name_and_no_token_leads_to_more(base: str, leader: httpx.Client, box: Box, store: Store) -> None:
    mine = asyncio.run(offer())
    for name in ("leaders~open", "blurred~open", "blurred%7Eopen", "blurred~masked", "open~blurred"):
        assert leader.post(f"/whep/{name}", content=mine, headers=SDP).status_code in (404, 422), name
        assert leader.get(f"/camera/{name}/still.jpg").status_code in (404, 422), name
    token = {"Authorization": f"Bearer {tokens.issue(store, 'máy', ['cameras'])}"}
    with httpx.Client(base_url=base, headers=token) as machine:
        assert seen_as(still(machine, "/camera/leaders/still.jpg")) == "blurred", "a machine has no role, so no exception holds for it"
        assert seen_as(still(machine, "/camera/blurred/still.jpg?mode=open&che_do=open")) == "blurred"
    (relay,) = cameras.relays(store, timedelta(hours=1))
    (blurrer,) = cameras.relays(store, timedelta(hours=1), "blurrer")
    for address, path in [(relay.address, "/streams/blurred/0"), (blurrer.address, "/streams/blurred~blurred/0")]:
        assert httpx.get(address + path).status_code == 403
    for path in ("/streams/blurred/0", "/streams/blurred~open/0"):
        signed = {HEADER: sign(blurrer.secret, "GET", path, b"")}
        assert httpx.get(blurrer.address + path, headers=signed).status_code == 404, "a blurrer has no open pictures to give"


def test_without_anybody_who_veils_there_is_no_picture_and_the_reason_is_said(
    store: Store, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    with house(store, ruled("blurred", privacy="blurred"), blurs=False) as made:

        async def ask() -> str:
            from dashboard.camera.exchange import Exchange

            exchange = Exchange(store)
            opened = await exchange.open("blurred~blurred", await offer())
            return opened.session

        asyncio.run(ask())
        assert soon(lambda: cameras.seen(store).get("blurred~blurred", cameras.Seen()).state == State.VEIL_FAILED)
        source = made.relay.sources["blurred~blurred"]
        assert source.ring.key is None


def test_a_still_of_masks_that_were_changed_since_is_not_shown(store: Store) -> None:
    from dashboard.access.looking import CameraDesk
    from dashboard.access.viewer import Viewer
    from dashboard.camera.exchange import Exchange

    desk = CameraDesk(store, Exchange(store))
    viewer = Viewer(None, "ai", "Ai", Role.LEADER, None, "session")
    one = ruled("masked", privacy="masked", version=3)
    cameras.keep_still(store, "masked", cameras.Still(b"old", datetime.now(UTC), 2), "masked")
    cameras.keep_still(store, "masked", cameras.Still(b"open", datetime.now(UTC), 3), "open")
    assert desk.still(viewer, one, "") is None
    cameras.keep_still(store, "masked", cameras.Still(b"new", datetime.now(UTC), 3), "masked")
    found = desk.still(viewer, one, "")
    assert found is not None
    assert found.jpeg == b"new"
    sightings.keep_evidence(store, "masked", {"masked": cameras.Still(b"then", datetime.now(UTC), 3)})
    assert desk.evidence(viewer, one, "").jpeg == b"then"
