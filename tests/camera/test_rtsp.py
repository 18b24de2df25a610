"""How a camera is spoken to: TLS, redirects, IPv6, challenges; and whatever it says, nothing but CameraError comes of it."""

import asyncio
import hashlib
import re
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.camera import rtsp, rtsp_target
from dashboard.camera.rtsp_target import Target
from dashboard.camera.rtsp_wire import Wire
from dashboard.camera.sdp import video_of
from dashboard.camera.states import State
from dashboard.errors import CameraError
from tests.camera.odd import SDP, Answers, OddCamera, Talk

KEY_FRAME = b"\x65\x88" + bytes(200)


@asynccontextmanager
async def camera(answers: Answers, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[OddCamera, int]]:
    """A camera that listens, and its port."""
    odd = OddCamera(answers)
    port = await odd.open(host, tls)
    try:
        yield odd, port
    finally:
        await odd.close()


async def first_packets(url: str) -> list[bytes]:
    """The first packets of a camera."""
    first: list[bytes] = []

    def take(packets: Sequence[bytes]) -> bool:
        first.extend(packets)
        return True

    async with rtsp.opened(url) as stream:
        await stream.play(take)
    return first


async def refused(url: str) -> CameraError:
    """How a camera that does not play is named."""
    with pytest.raises(CameraError) as failed:
        await first_packets(url)
    return failed.value


def refusal(act: Callable[[], object]) -> State | None:
    """The state that a CameraError names; None when all went well. Any other error is a mistake of ours."""
    try:
        act()
    except CameraError as error:
        return State(error.state)
    return None


async def plays(talk: Talk) -> None:
    """A camera without faults."""
    await talk.begin()
    talk.packet(KEY_FRAME, 1, 1)
    await talk.hear()


# ---- TLS ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path, str]:
    """One that a camera made for itself: the server's context, the file, its fingerprint."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "camera")])
    begin = datetime.now(UTC) - timedelta(days=1)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    made = made.not_valid_before(begin).not_valid_after(begin + timedelta(days=30))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    signed = made.sign(key, hashes.SHA256())
    file = tmp_path_factory.mktemp("tls") / "camera.pem"
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(signed.public_bytes(pem) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, file, hashlib.sha256(signed.public_bytes(serialization.Encoding.DER)).hexdigest()


def test_a_certificate_of_its_own_is_refused_before_a_word_is_said_and_its_fingerprint_is_told(certificate: Any) -> None:
    context, _, fingerprint = certificate

    async def act() -> CameraError:
        async with camera(plays, tls=context) as (odd, port):
            error = await refused(f"rtsps://xem:mat-khau@localhost:{port}/x")
            assert all(not talk.asked for talk in odd.talks), "no request, and so no password"
            return error

    error = asyncio.run(act())
    assert error.state == State.UNTRUSTED
    assert fingerprint in str(error)
    assert "mat-khau" not in str(error)


@pytest.mark.parametrize("write", [str, str.upper, lambda digits: ":".join(re.findall("..", digits))])
def test_a_certificate_whose_fingerprint_stands_in_the_address_is_trusted(certificate: Any, write: Any) -> None:
    context, _, fingerprint = certificate

    async def act() -> list[bytes]:
        async with camera(plays, tls=context) as (_, port):
            return await first_packets(f"rtsps://127.0.0.1:{port}/x#sha256={write(fingerprint)}")

    assert asyncio.run(act())[0].endswith(KEY_FRAME)


def test_another_certificate_than_the_one_in_the_address_is_refused(certificate: Any) -> None:
    context, _, fingerprint = certificate

    async def act() -> CameraError:
        async with camera(plays, tls=context) as (odd, port):
            error = await refused(f"rtsps://xem:sai@localhost:{port}/x#sha256={'0' * 64}")
            await asyncio.sleep(0.05)  # what was said would have arrived
            assert all(not talk.asked for talk in odd.talks)
            return error

    error = asyncio.run(act())
    assert (error.state, fingerprint in str(error)) == (State.UNTRUSTED, True)


@pytest.mark.parametrize(("host", "is_trusted"), [("localhost", True), ("127.0.0.1", False)])
def test_one_that_an_authority_of_this_machine_signed_is_trusted_under_its_own_name_only(
    certificate: Any, monkeypatch: pytest.MonkeyPatch, host: str, is_trusted: bool
) -> None:
    context, file, _ = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    rtsp_target._context.cache_clear()

    async def act() -> State | None:
        async with camera(plays, tls=context) as (_, port):
            try:
                await first_packets(f"rtsps://{host}:{port}/x")
            except CameraError as error:
                return State(error.state)
            return None

    try:
        assert asyncio.run(act()) is (None if is_trusted else State.UNTRUSTED)
    finally:
        rtsp_target._context.cache_clear()


def test_a_camera_without_tls_is_named_when_tls_is_asked_for() -> None:
    async def talks_rtsp(talk: Talk) -> None:
        talk.writer.write(b"RTSP/1.0 400 Bad Request\r\n\r\n")
        await talk.reader.read(1000)

    async def act() -> CameraError:
        async with camera(talks_rtsp) as (_, port):
            return await refused(f"rtsps://127.0.0.1:{port}/x")

    assert asyncio.run(act()).state == State.UNTRUSTED


# ---- addresses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "host", "port", "url"),
    [
        ("rtsp://xem:m%40t@cam.vn/a?b=1", "cam.vn", 554, "rtsp://cam.vn/a?b=1"),
        ("rtsps://cam.vn/a", "cam.vn", 322, "rtsps://cam.vn/a"),
        ("rtsp://xem:x@[2001:db8::7]:8554/a", "2001:db8::7", 8554, "rtsp://[2001:db8::7]:8554/a"),
        ("rtsp://[fe80::1]/a", "fe80::1", 554, "rtsp://[fe80::1]/a"),
    ],
)
def test_an_address_is_taken_apart_and_what_is_sent_holds_no_password(address: str, host: str, port: int, url: str) -> None:
    target = Target.read(address)
    assert (target.host, target.port, target.url) == (host, port, url)


@given(
    st.one_of(
        st.text(max_size=60), st.text(max_size=40).map(lambda rest: f"rtsp://{rest}"), st.text(max_size=20).map("rtsps://h/#{}".format)
    )
)
def test_whatever_an_address_is_it_is_read_or_refused(address: str) -> None:
    state = refusal(lambda: Target.read(address))
    assert state in (State.GARBAGE, State.UNTRUSTED) or 0 < Target.read(address).port < 65_536


@pytest.mark.usefixtures("has_ipv6")
def test_a_camera_on_ipv6_plays() -> None:
    async def act() -> list[bytes]:
        async with camera(plays, "::1") as (odd, port):
            found = await first_packets(f"rtsp://[::1]:{port}/x")
            assert f"rtsp://[::1]:{port}/x" in odd.talks[0].heads[0]
            return found

    assert asyncio.run(act())


# ---- sent on -----------------------------------------------------------------------------------------------------------


def sends_to(location: str, status: str = "302 Found", at: str = "DESCRIBE") -> Answers:
    """A camera that sends everybody elsewhere."""

    async def answers(talk: Talk) -> None:
        while True:
            method = await talk.hear()
            talk.reply(status if method == at else "200 OK", Location=location)

    return answers


async def asks_who(talk: Talk) -> None:
    """A camera that wants to know who is there, in the clear."""
    while await talk.hear() != "PLAY":
        if "Authorization" in talk.heads[-1]:
            talk.reply(body=SDP if talk.asked[-1] == "DESCRIBE" else "", Session="7")
        else:
            talk.reply("401 Unauthorized", WWW_Authenticate='Basic realm="x"')
    talk.reply(Session="7")
    talk.packet(KEY_FRAME, 1, 1)
    await talk.hear()


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "303 See Other"])
@pytest.mark.parametrize("at", ["OPTIONS", "DESCRIBE"])
def test_a_camera_that_sends_us_on_is_followed_and_on_the_same_host_it_is_told_who_we_are(status: str, at: str) -> None:
    async def act() -> list[bytes]:
        async with camera(asks_who) as (_, port), camera(sends_to(f"rtsp://127.0.0.1:{port}/y", status, at)) as (_, first):
            return await first_packets(f"rtsp://xem:mat-khau@127.0.0.1:{first}/x")

    assert asyncio.run(act())


def test_no_other_host_is_told_who_we_are_whatever_name_it_bears() -> None:
    async def act() -> None:
        async with camera(asks_who) as (other, port), camera(sends_to(f"rtsp://ten:khac@localhost:{port}/y")) as (_, first):
            error = await refused(f"rtsp://xem:mat-khau@127.0.0.1:{first}/x")
        assert error.state == State.REFUSED
        assert not [head for talk in other.talks for head in talk.heads if "Authorization" in head]

    asyncio.run(act())


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1/x", "rtsps://127.0.0.1/x", "file:///etc/passwd", "", "rtsp://", "rtsp://h:99999/x", "rtsp://[::1/x"]
)
def test_it_is_not_followed_out_of_its_scheme_or_into_nonsense(location: str) -> None:
    async def act() -> CameraError:
        async with camera(sends_to(location)) as (_, port):
            return await refused(f"rtsp://127.0.0.1:{port}/x")

    assert asyncio.run(act()).state in (State.UNREACHABLE, State.GARBAGE)


def test_one_that_sends_us_in_circles_is_left_after_a_few_rounds() -> None:
    async def circles(talk: Talk) -> None:
        host, port = talk.writer.get_extra_info("sockname")[:2]
        await sends_to(f"rtsp://{host}:{port}/x")(talk)

    async def act() -> tuple[CameraError, int]:
        async with camera(circles) as (odd, port):
            return await refused(f"rtsp://127.0.0.1:{port}/x"), len(odd.talks)

    error, visits = asyncio.run(act())
    assert (error.state, visits) == (State.UNREACHABLE, 4)


# ---- challenges --------------------------------------------------------------------------------------------------------


def counted(talk: Talk) -> tuple[str, str]:
    """Nonce and count of the request that was heard last."""
    head = talk.heads[-1]
    found = [re.search(pattern, head) for pattern in (r'nonce="([^"]*)"', r"nc=(\w+)")]
    return tuple(one[1] if one else "" for one in found)  # type: ignore[return-value]


def test_a_nonce_is_counted_up_and_a_new_one_from_the_start() -> None:
    """Some cameras refuse the same count twice; some change their nonce in the middle and say that the old one is stale."""
    seen: list[tuple[str, str]] = []

    async def strict(talk: Talk) -> None:
        nonce = "1"
        while await talk.hear() != "PLAY":
            nonce = "2" if talk.asked[-1] == "SETUP" else nonce
            if counted(talk)[0] != nonce:
                stale = ", stale=true" if counted(talk)[0] else ""
                talk.reply("401 Unauthorized", WWW_Authenticate=f'Digest realm="x", nonce="{nonce}", qop="auth"{stale}')
                continue
            seen.append(counted(talk))
            talk.reply(body=SDP if talk.asked[-1] == "DESCRIBE" else "", Session="7")
        seen.append(counted(talk))
        talk.reply(Session="7")
        talk.packet(KEY_FRAME, 1, 1)
        await talk.hear()

    async def act() -> None:
        async with camera(strict) as (_, port):
            await first_packets(f"rtsp://xem:x@127.0.0.1:{port}/x")

    asyncio.run(act())
    assert seen == [("1", "00000001"), ("1", "00000002"), ("2", "00000001"), ("2", "00000002")]


def test_a_wrong_password_is_said_once_in_a_conversation() -> None:
    async def never_content(talk: Talk) -> None:
        while True:
            await talk.hear()
            talk.reply("401 Unauthorized", WWW_Authenticate=f'Digest realm="x", nonce="{len(talk.asked)}"')

    async def act() -> tuple[CameraError, list[str]]:
        async with camera(never_content) as (odd, port):
            return await refused(f"rtsp://xem:sai@127.0.0.1:{port}/x"), odd.talks[0].heads

    error, heads = asyncio.run(act())
    assert error.state == State.REFUSED
    assert ["Authorization" in head for head in heads] == [False, True]


def test_a_challenge_to_a_sign_of_life_is_met_and_a_camera_without_that_sign_is_asked_what_it_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rtsp, "_ALIVE_EVERY", 0.05)
    monkeypatch.setattr(rtsp, "_ALIVE_LEAST", 0.05)
    signs: list[tuple[str, bool]] = []

    async def answers(talk: Talk) -> None:
        await talk.begin(Public="OPTIONS, DESCRIBE, SETUP, PLAY")
        for count in range(40):
            talk.packet(KEY_FRAME, count, count * 3600)
            await asyncio.sleep(0.02)
            if talk.reader._buffer:  # type: ignore[attr-defined]
                await talk.hear()
                signs.append((talk.asked[-1], "Authorization" in talk.heads[-1]))
                talk.reply("200 OK" if signs[-1][1] else "401 Unauthorized", WWW_Authenticate='Digest realm="x", nonce="n"')

    async def act() -> None:
        async with camera(answers) as (_, port), rtsp.opened(f"rtsp://xem:x@127.0.0.1:{port}/x") as stream:
            with pytest.raises(CameraError, match="hung up"):
                await stream.play(lambda _: False)

    asyncio.run(act())
    assert signs[:2] == [("OPTIONS", False), ("OPTIONS", True)]
    assert all(known for _, known in signs[1:])


def test_video_is_taken_from_the_channel_that_the_camera_chose() -> None:
    async def answers(talk: Talk) -> None:
        await talk.begin(Transport="RTP/AVP/TCP;unicast;interleaved=4-5")
        talk.packet(b"\x65wrong", 1, 1, channel=0)
        talk.packet(KEY_FRAME, 1, 1, channel=4)
        await talk.hear()

    async def act() -> list[bytes]:
        async with camera(answers) as (_, port):
            return await first_packets(f"rtsp://127.0.0.1:{port}/x")

    assert [packet.endswith(KEY_FRAME) for packet in asyncio.run(act())] == [True]


# ---- whatever it says --------------------------------------------------------------------------------------------------

ODD_LINES = st.sampled_from(
    [
        b"RTSP/1.0 200 OK\r\n",
        b"RTSP/1.0 999\r\n",
        b"Content-Length: 5\r\n",
        b"Content-Length: -1\r\n",
        b"Session: 1\r\n",
        b"\r\n",
        b"$\x00\x00\x04abcd",
    ]
)
ODD_BYTES = st.lists(st.one_of(ODD_LINES, st.binary(max_size=40)), max_size=30)


@given(ODD_BYTES, st.integers(1, 60))
def test_bytes_in_whatever_pieces_are_cut_the_same_or_refused(pieces: list[bytes], size: int) -> None:
    whole = b"".join(pieces)
    at_once, in_pieces = Wire(), Wire()

    def fed(wire: Wire, parts: list[bytes]) -> tuple[list[bytes], int] | None:
        packets: list[bytes] = []
        answers = 0
        try:
            for part in parts:
                found, heard = wire.feed(part)
                packets += found
                answers += len(heard)
        except CameraError:
            return None
        return packets, answers

    assert fed(at_once, [whole]) == fed(in_pieces, [whole[at : at + size] for at in range(0, len(whole), size)])


@pytest.mark.parametrize(
    "endless", [b"RTSP/1.0 200 OK\r\n" + b"X: y\r\n" * 200_000, b"RTSP/1.0 200 OK\r\nContent-Length: 1048576\r\n\r\n" + bytes(1 << 20)]
)
def test_a_megabyte_of_head_or_description_is_refused_before_it_is_kept(endless: bytes) -> None:
    wire = Wire()
    parts = [endless[at : at + 65_536] for at in range(0, len(endless), 65_536)]
    refused_at = next(place for place, part in enumerate(parts) if refusal(partial(wire.feed, part)))
    assert refused_at <= 1, "the second part is not even looked at"


SDP_LINES = st.sampled_from(
    [
        "m=video 0 RTP/AVP 96", "m=audio 0 RTP/AVP 0", "a=rtpmap:96 H264/90000", "a=rtpmap:96 H265/90000", "a=control:v", "a=control:*",
        "a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0,aA==", "a=fmtp:96 sprop-parameter-sets=é,,;", "", "m=video",
        "a=rtpmap:é H264/90000",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(SDP_LINES, st.text(max_size=40)), max_size=25), st.sampled_from(["\r\n", "\n"]))
def test_whatever_describes_a_camera_is_read_or_refused(lines: list[str], end: str) -> None:
    assert refusal(lambda: video_of(end.join(lines))) in (None, State.GARBAGE, State.CODEC, State.OTHER_CODEC)


@given(ODD_BYTES, st.integers(0, 6))
@settings(max_examples=30)
def test_a_conversation_with_nonsense_in_it_ends_with_a_state(pieces: list[bytes], after: int) -> None:
    async def answers(talk: Talk) -> None:
        for _ in range(after):
            talk.reply(body=SDP if await talk.hear() == "DESCRIBE" else "", Session="7")
        talk.writer.write(b"".join(pieces))

    async def act() -> None:
        async with camera(answers) as (_, port):
            await first_packets(f"rtsp://127.0.0.1:{port}/x")

    with patch.object(rtsp, "READ_SECONDS", 0.1):
        refusal(lambda: asyncio.run(act()))
