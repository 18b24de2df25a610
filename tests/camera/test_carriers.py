"""The loop in Python and the loop in C: the same bytes on the wire and the same words about them, whatever is sent and however it goes."""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pylibsrtp import Policy, Session
from structlog.testing import capture_logs

from dashboard.camera import compiled
from dashboard.camera.carrier import Carrier, Parcel, Path, Plain
from dashboard.camera.compiled import FLAGS, LIBRARY, SOURCE, Compiled, build, chosen, version
from dashboard.camera.fanout import Numbers, Outlet, fan_out
from dashboard.camera.gop import Frame, make_frame
from dashboard.errors import ConfigurationError

PROFILES: Final = (Policy.SRTP_PROFILE_AEAD_AES_128_GCM, Policy.SRTP_PROFILE_AES128_CM_SHA1_80)
EXTRA: Final = bytes.fromhex("bede000152000000")
_SO_NO_CHECK: Final = 11  # asm-generic/socket.h; the kernel cuts nothing that bears no checksum
Pair = tuple[socket.socket, socket.socket, Any]
Step = tuple[str, Any]


def udp() -> Pair:
    """A socket that sends, one that receives, and its address."""
    near, far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    far.bind(("127.0.0.1", 0))
    return near, far, far.getsockname()


def udp6() -> Pair:
    """The same over IPv6."""
    near, far = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    try:
        far.bind(("::1", 0))
    except OSError:
        pytest.skip("no IPv6 here")
    return near, far, far.getsockname()[:2]


def udp_uncut() -> Pair:
    """The same, where the kernel refuses to cut."""
    near, far, address = udp()
    near.setsockopt(socket.SOL_SOCKET, _SO_NO_CHECK, 1)
    return near, far, address


def narrow() -> Pair:
    """A way that is full after a packet or two, and too narrow for a whole run: the kernel counts what was not read against the sender."""
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
    return near, far, None


def wide() -> Pair:
    """A way that is full after some runs."""
    return *socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM), None


@dataclass
class Viewer:
    """An outlet and the socket at its other end."""

    outlet: Outlet
    far: socket.socket
    _session: Any

    def read(self) -> list[bytes]:
        """What has arrived; delivery on this machine is done when the sending is."""
        found = []
        with suppress(BlockingIOError):
            while True:
                found.append(self.far.recv(65_535))
        return found


@contextmanager
def viewers(carrier: Carrier, pair: Callable[[], Pair], count: int, first: int) -> Iterator[list[Viewer]]:
    """So many of them, each with other keys and numbers; the same ones at every call."""
    made = []
    for number in range(count):
        near, far, address = pair()
        near.setblocking(False)
        far.setblocking(False)
        profile = PROFILES[number % 2]
        session: Any = Session(Policy(bytes(range(number, number + 46)), Policy.SSRC_ANY_OUTBOUND, 0, profile))
        numbers = Numbers(96 + number, 1000 + number, 97 if number != 1 else None, 2000, EXTRA if number != 2 else b"")
        outlet = Outlet(Path(near, address, session._srtp[0]), numbers, carrier, 0xFFFFFFF0 * number, first, first - number)
        made.append(Viewer(outlet, far, session))
    try:
        yield made
    finally:
        for one in made:
            one.outlet.path.socket.close()
            one.far.close()


def course(carrier: Carrier, pair: Callable[[], Pair], steps: Sequence[Step], count: int, first: int) -> list[object]:
    """Everything that can be seen of a course of things: datagrams, and what each outlet knows afterwards."""
    seen: list[object] = []
    with viewers(carrier, pair, count, first) as there:
        outlets = [one.outlet for one in there]
        for what, of in steps:
            if what == "all":
                fan_out(of, outlets)
            elif what == "join":
                outlets[-1].join(of)
            elif what == "replay":
                outlets[0].replay(of)
            elif what == "again":
                outlets[0].send_again(first + of)
            else:
                seen.append([one.read() for one in there])
        seen += [
            (one.sequence, one.rtx_sequence, one.waits, one.dropped, one.repaired, one.packets, one.octets, one.stamp) for one in outlets
        ]
        return [*seen, [one.read() for one in there], carrier.cuts]


def _frame(sizes: list[int], stamp: int, is_key: bool) -> Frame:
    return make_frame([bytes((place & 0xFF,)) * size for place, size in enumerate(sizes)], stamp, is_key)


_sizes = st.one_of(
    st.lists(st.integers(1, 1200), min_size=1, max_size=8),
    st.builds(lambda count, size, last: [size] * count + [last], st.integers(1, 70), st.integers(1, 1200), st.integers(1, 1200)),
)
_frames = st.builds(_frame, _sizes, st.integers(0, 0xFFFFFFFF), st.booleans())
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("all"), _frames),
        st.tuples(st.just("join"), st.lists(_frames, max_size=3)),
        st.tuples(st.just("replay"), st.lists(_frames, max_size=3)),
        st.tuples(st.just("again"), st.integers(0, 90)),
        st.tuples(st.just("read"), st.none()),
    ),
    min_size=1,
    max_size=8,
)
_KEY: Final = _frame([1100] * 6 + [300], 90_000, True)
_NEXT: Final = _frame([900, 900, 20], 93_600, False)


@pytest.mark.parametrize("pair", [udp, udp6, udp_uncut, narrow, wide])
@settings(deadline=None, max_examples=40)
@given(steps=_steps, count=st.integers(1, 4), first=st.sampled_from([0, 100, 0x7FFF, 0xFFFD]))
def test_both_send_the_same_bytes_and_know_the_same_afterwards(
    compiled_carrier: Compiled, pair: Callable[[], Pair], steps: list[Step], count: int, first: int
) -> None:
    compiled_carrier.cuts = True
    opening: list[Step] = [("all", _KEY), ("read", None)]
    assert course(compiled_carrier, pair, opening + steps, count, first) == course(Plain(), pair, opening + steps, count, first)


def test_a_run_is_cut_by_the_kernel_and_every_packet_can_be_read(carrier: Carrier) -> None:
    with viewers(carrier, udp, 3, 500) as there:
        fan_out(_KEY, [one.outlet for one in there])
        fan_out(_NEXT, [one.outlet for one in there])
        for number, one in enumerate(there):
            reads = Session(Policy(bytes(range(number, number + 46)), Policy.SSRC_ANY_INBOUND, 0, PROFILES[number % 2]))
            packets = [reads.unprotect(packet) for packet in one.read()]
            assert [int.from_bytes(packet[2:4], "big") for packet in packets] == list(range(500, 510))
            assert [packet[1] >> 7 for packet in packets] == [0] * 6 + [1] + [0, 0, 1]
            heads = [12 + len(one.outlet.numbers.extra)] * 7 + [12] * 3
            sent = [*_KEY.payloads, *_NEXT.payloads]
            assert [packet[head:] for head, packet in zip(heads, packets, strict=True)] == sent
    assert carrier.cuts


def test_where_the_kernel_refuses_to_cut_everything_arrives_all_the_same_and_it_is_asked_no_more(carrier: Carrier) -> None:
    with viewers(carrier, udp_uncut, 2, 0) as there:
        fan_out(_KEY, [one.outlet for one in there])
        assert [len(one.read()) for one in there] == [7, 7]
    assert not carrier.cuts


def test_a_full_way_costs_one_viewer_the_rest_up_to_the_next_key_frame_and_the_others_nothing(carrier: Carrier) -> None:
    with viewers(carrier, narrow, 1, 0) as (full,), viewers(carrier, udp, 1, 0) as (free,):
        both = [full.outlet, free.outlet]
        fan_out(_KEY, both)
        assert (full.outlet.waits, full.outlet.dropped) == (True, 1)
        assert 0 < len(full.read()) < 7
        fan_out(_NEXT, both)
        assert full.read() == []
        assert len(free.read()) == 10
        fan_out(_frame([700], 97_200, True), both)
        assert len(full.read()) == 1
        assert not full.outlet.waits
        assert (free.outlet.waits, free.outlet.dropped) == (False, 0)


def test_who_joins_over_a_full_way_waits_for_a_key_frame_instead_of_going_on_behind_a_gap(carrier: Carrier) -> None:
    with viewers(carrier, narrow, 1, 0) as (full,):
        full.outlet.join([_KEY, _NEXT, _NEXT])
        assert (full.outlet.waits, full.outlet.dropped) == (True, 1)


def test_a_socket_that_is_closed_is_no_longer_sent_to_whoever_bears_its_number_now(carrier: Carrier) -> None:
    with viewers(carrier, wide, 1, 0) as (one,):
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        number = one.outlet.path.socket.fileno()
        one.outlet.path.socket.close()
        with near, far:
            os.dup2(near.fileno(), number)
            try:
                fan_out(_KEY, [one.outlet])
            finally:
                os.close(number)
            assert one.outlet.dropped == 1
            far.setblocking(False)
            with pytest.raises(BlockingIOError):
                far.recv(100)


def test_a_picture_too_large_for_the_buffer_is_left_out_and_harms_nothing(compiled_carrier: Compiled) -> None:
    with viewers(compiled_carrier, wide, 1, 0) as (one,):
        ((sequence, is_whole),) = compiled_carrier.carry(Parcel(((b"x" * 65_000, b"x" * 5_000),), True, True), [(one.outlet.media, 7, 0)])
        assert (sequence, is_whole, one.read()) == (8, False, [])


def test_the_source_is_clean_under_sanitizers_whatever_it_is_given(tmp_path: File) -> None:
    trial = tmp_path / "trial"
    words = ["-std=c99", "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    source = File(__file__).with_name("carrier_trial.c")
    subprocess.run([_compiler(), *words, f'-DCARRIER="{SOURCE}"', "-o", str(trial), str(source)], check=True)
    done = subprocess.run([trial], capture_output=True, text=True, check=False, env={"ASAN_OPTIONS": "detect_leaks=0"})
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 1000, "datagrams that arrived"


def _garbage(file: File) -> None:
    file.write_bytes(b"\x7fELF no, it is not")


def _foreign(file: File) -> None:
    _compiled("int answer(void) { return 42; }", file)


def _old(file: File) -> None:
    _compiled(SOURCE.read_text(encoding="utf-8"), file, "-DFANOUT_VERSION=1")


def _wrong(file: File) -> None:
    text = SOURCE.read_text(encoding="utf-8").replace("0x90u : 0x80u", "0x80u : 0x80u")
    _compiled(text, file, f"-DFANOUT_VERSION={version()}ull")


def _compiled(text: str, file: File, *more: str) -> None:
    source = file.with_suffix(".c")
    source.write_text(text, encoding="utf-8")
    subprocess.run([_compiler(), *FLAGS, *more, "-o", str(file), str(source)], check=True)


def _compiler() -> str:
    found = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    assert found is not None, "sh .ci/compiler installs one"
    return found


@pytest.mark.parametrize(
    ("made", "reason"),
    [(_garbage, "carrier.so"), (_foreign, "fanout_version"), (_old, "another version"), (_wrong, "does not send what it should")],
)
def test_a_library_that_does_not_answer_right_is_refused_with_one_line_and_python_goes_on(
    made: Callable[[File], None], reason: str, tmp_path: File
) -> None:
    made(tmp_path / LIBRARY)
    with capture_logs() as logs:
        assert chosen(tmp_path, wanted=True).name == "python"
    assert [line["log_level"] for line in logs] == ["warning", "info"]
    assert reason in logs[0]["reason"]
    assert logs[1]["carrier"] == "python"


def test_the_library_is_used_where_it_is_there_and_wanted(compiled_folder: File, tmp_path: File) -> None:
    with capture_logs() as logs:
        assert chosen(compiled_folder, wanted=True).name == "c"
        assert chosen(compiled_folder, wanted=False).name == "python"
        assert chosen(tmp_path, wanted=True).name == "python"
    assert [(line["log_level"], line["carrier"]) for line in logs] == [("info", "c"), ("info", "python"), ("info", "python")]


def test_building_says_what_is_missing_and_leaves_what_was_there(
    compiled_folder: File, tmp_path: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(compiled_folder / LIBRARY, tmp_path / LIBRARY)
    broken = tmp_path / "carrier.c"
    broken.write_text("int fanout_carry(void) { return }\n", encoding="utf-8")
    monkeypatch.setattr(compiled, "SOURCE", broken)
    with pytest.raises(ConfigurationError, match=r"carrier\.c was not compiled: .*error"):
        build(tmp_path)
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(ConfigurationError, match="apt-get install gcc libc6-dev"):
        build(tmp_path)
    monkeypatch.undo()
    assert chosen(tmp_path, wanted=True).name == "c"
    assert {one.name for one in tmp_path.iterdir()} == {LIBRARY, "carrier.c"}
