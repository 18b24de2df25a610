"""ONVIF against a recorder of our own over real sockets, and against answers that nobody should trust."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.camera.discovery import device_of, discover
from dashboard.camera.onvif import LARGEST, Login, MediaStream, parsed, streams
from dashboard.camera.states import State
from dashboard.errors import CameraError
from dashboard.sandbox import onvif as sandbox
from tests.patience import PATIENCE

LOGIN = Login("quantri", "mật khẩu <&> 1")
STREAMS = {"chính": "rtsp://127.0.0.1:8554/a", "phụ": "rtsp://xem:sai@10.9.9.9/b?password=x"}


def recorder(ahead: timedelta = timedelta()) -> sandbox.Recorder:
    """One with a password, and a clock that may be wrong."""
    return sandbox.Recorder(STREAMS, LOGIN.user, LOGIN.password, ahead)


async def asked(made: sandbox.Recorder, login: Login = LOGIN) -> list[MediaStream]:
    """The streams that it says it has."""
    listener = socket.create_server(("127.0.0.1", 0))
    async with await sandbox.serve(made, listener):
        return await streams(f"127.0.0.1:{listener.getsockname()[1]}", login)


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(days=-3650), timedelta(hours=7)])
def test_streams_are_found_whatever_the_cameras_clock_says(ahead: timedelta) -> None:
    first, second = asyncio.run(asked(recorder(ahead)))
    assert (first.name, first.url, first.codec, first.width, first.height, first.fps) == ("chính", STREAMS["chính"], "H264", 1280, 720, 12)
    assert (first.is_elsewhere, first.snapshot) == (False, "http://127.0.0.1/anh/chính")
    assert (second.url, second.is_elsewhere) == ("rtsp://10.9.9.9/b?password=***", True)


def test_a_wrong_password_is_said_to_be_one() -> None:
    with pytest.raises(CameraError, match="từ chối") as found:
        asyncio.run(asked(recorder(), Login("quantri", "sai")))
    assert found.value.state == State.REFUSED


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def against(answer: bytes) -> list[MediaStream]:
    """What comes of asking somebody who always answers so."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    async with server:
        return await streams(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x", Login("", ""))


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (b"HTTP/1.1 302 F\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n", State.GARBAGE),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", State.GARBAGE),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"<a>" * (LARGEST // 2), State.GARBAGE),
        (b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", State.REFUSED),
        (b"SSH-2.0-x\r\n\r\n", State.UNREACHABLE),
        (b'HTTP/1.1 200 OK\r\n\r\n<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', State.GARBAGE),
    ],
)
def test_whoever_answers_badly_is_told_from_whoever_refuses(answer: bytes, state: State) -> None:
    with pytest.raises(CameraError) as found:
        asyncio.run(against(answer))
    assert found.value.state == state


@pytest.mark.parametrize("where", ["", "a b", "ftp://x/", "http://u:p@x/", "http://x:99999/"])
def test_addresses_that_are_none_are_never_asked(where: str) -> None:
    with pytest.raises(CameraError):
        asyncio.run(streams(where, Login("", "")))


def free_port() -> int:
    """A UDP port that nobody uses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_a_recorder_on_this_machine_is_found_by_name() -> None:
    async def look() -> list[str]:
        port = free_port()
        mouth = await sandbox.announce(8080, port)
        try:
            async with asyncio.timeout(PATIENCE):
                while not (found := await discover(port, seconds=0.6)):
                    pass  # this machine takes its time with an answer
        finally:
            mouth.close()
        return [f"{one.name} {one.model} {one.address} {one.host}" for one in found]

    assert asyncio.run(look()) == ["Đầu ghi mô phỏng Sandbox http://127.0.0.1:8080/onvif/device_service 127.0.0.1"]


def match(asked: str, where: str) -> bytes:
    """An answer to discovery."""
    return (
        '<e xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">'
        f"<w:RelatesTo>{asked}</w:RelatesTo><d:ProbeMatch><d:Scopes>onvif://www.onvif.org/name/A</d:Scopes><d:XAddrs>{where}</d:XAddrs>"
        "</d:ProbeMatch></e>"
    ).encode()


def test_an_answer_speaks_for_the_machine_that_it_came_from_and_to_the_question_that_was_asked() -> None:
    here = "http://10.0.0.5/onvif/device_service"
    assert device_of(match("urn:1", here), "10.0.0.5", "urn:1") is not None
    assert device_of(match("urn:1", f"http://10.0.0.66/x {here}"), "10.0.0.5", "urn:1") is not None
    assert device_of(match("urn:2", here), "10.0.0.5", "urn:1") is None
    assert device_of(match("urn:1", "http://169.254.169.254/"), "10.0.0.5", "urn:1") is None
    assert device_of(match("urn:1", "file:///etc/passwd http://["), "10.0.0.5", "urn:1") is None


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: match("urn:1", text.replace("<", "").replace("&", ""))))
def test_no_answer_makes_discovery_fail(data: bytes) -> None:
    device_of(data, "10.0.0.5", "urn:1")


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reading_of_xml_fail_otherwise(data: bytes) -> None:
    with suppress(CameraError):
        parsed(data)
