"""ONVIF, as far as adding a camera needs it: which streams it has, and where (ONVIF Core and Media, ver10; WS-Security UsernameToken).

Every request goes to the host and port that the administrator gave: of the addresses in a camera's answers only the path is used, and a
redirect is refused. Answers come from outside: at most 256 kB, no DTD, no entities, nothing fetched, every text cut.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import httpx
from lxml import etree

from dashboard.camera import address
from dashboard.camera.states import State
from dashboard.errors import CameraError

LARGEST: Final = 262_144
MOST_STREAMS: Final = 12
_LONGEST: Final = 300
_SERVICE: Final = "/onvif/device_service"
_DEVICE, _MEDIA = "http://www.onvif.org/ver10/device/wsdl", "http://www.onvif.org/ver10/media/wsdl"
_SCHEMA = "http://www.onvif.org/ver10/schema"
_ENVELOPE = "http://www.w3.org/2003/05/soap-envelope"
_SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_DIGEST = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest"
_BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"


@dataclass(frozen=True)
class Login:
    """User and password at the camera's ONVIF service; empty texts: none are sent."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class MediaStream:
    """One profile: its address without a password, what it says of itself (0: nothing), and where it gives single pictures.

    `is_elsewhere`: the address names another machine than the one that was asked, as behind a translated network; nobody went there.
    """

    name: str
    url: str
    codec: str
    width: int
    height: int
    fps: int
    snapshot: str
    is_elsewhere: bool


async def streams(where: str, login: Login) -> list[MediaStream]:
    """The streams of the camera at `host[:port]` or an http(s) address, in the camera's order.

    Raises CameraError with a Vietnamese sentence: refused, unreachable, or no ONVIF.
    """
    base = _base(where)
    limits = httpx.Timeout(6, connect=3)
    async with httpx.AsyncClient(timeout=limits, trust_env=False, follow_redirects=False, verify=False) as client:  # cameras sign their own
        talk = _Talk(client, base, login)
        await talk.set_clock()
        media = await talk.media_path()
        profiles = (await talk.ask(media, f'<GetProfiles xmlns="{_MEDIA}"/>')).findall(f".//{{{_MEDIA}}}Profiles")
        return [await talk.stream(media, one) for one in profiles[:MOST_STREAMS]]


@dataclass
class _Talk:
    client: httpx.AsyncClient
    base: str
    login: Login
    path: str = _SERVICE
    skew: float = 0.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        self.path = parts.path if len(parts.path) > 1 else _SERVICE
        self.base = f"{parts.scheme}://{parts.netloc}"

    async def ask(self, path: str, body: str, *, with_login: bool = True) -> etree._Element:
        head = _token(self.login, datetime.now(UTC).timestamp() + self.skew) if with_login and self.login.user else ""
        words = f'<s:Envelope xmlns:s="{_ENVELOPE}"><s:Header>{head}</s:Header><s:Body>{body}</s:Body></s:Envelope>'
        headers = {"Content-Type": "application/soap+xml; charset=utf-8", "Accept-Encoding": "identity"}
        try:
            async with self.client.stream("POST", self.base + path, content=words.encode(), headers=headers) as answer:
                content = bytearray()
                async for chunk in answer.aiter_raw():
                    content += chunk
                    if len(content) > LARGEST:
                        raise CameraError(State.GARBAGE, "Câu trả lời ONVIF quá dài.")
        except httpx.HTTPError:
            raise CameraError(State.UNREACHABLE, "Không gọi được dịch vụ ONVIF ở địa chỉ này.") from None
        if answer.status_code in (401, 403) or _is_refusal(bytes(content)):
            raise CameraError(State.REFUSED, "Camera từ chối tên hoặc mật khẩu ONVIF.")
        if answer.status_code != 200:
            raise CameraError(State.GARBAGE, f"Dịch vụ ONVIF trả lời {answer.status_code}.")
        return parsed(bytes(content))

    async def set_clock(self) -> None:
        """Cameras refuse a login whose time is far from theirs, and their clocks are wrong; what they say of it is asked without one."""
        found = await self.ask(self.path, f'<GetSystemDateAndTime xmlns="{_DEVICE}"/>', with_login=False)
        utc = found.find(f".//{{{_SCHEMA}}}UTCDateTime")
        if utc is None:
            return
        names = ("Year", "Month", "Day", "Hour", "Minute", "Second")
        numbers = [_number(utc.findtext(f".//{{{_SCHEMA}}}{name}")) for name in names]
        try:
            there = datetime(numbers[0], *numbers[1:], tzinfo=UTC)  # type: ignore[arg-type, misc]
        except ValueError:
            return
        self.skew = (there - datetime.now(UTC)).total_seconds()

    async def media_path(self) -> str:
        found = await self.ask(self.path, f'<GetCapabilities xmlns="{_DEVICE}"><Category>Media</Category></GetCapabilities>')
        told = found.findtext(f".//{{{_SCHEMA}}}Media/{{{_SCHEMA}}}XAddr")
        try:
            path = urlsplit((told or "").strip()[:_LONGEST]).path
        except ValueError:
            path = ""
        return path if path.startswith("/") else self.path

    async def stream(self, media: str, profile: etree._Element) -> MediaStream:
        token = profile.get("token", "")[:_LONGEST]
        quoted = f"<ProfileToken>{escape(token)}</ProfileToken>"
        setup = (
            f'<StreamSetup><Stream xmlns="{_SCHEMA}">RTP-Unicast</Stream>'
            f'<Transport xmlns="{_SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup>'
        )
        url = _uri(await self.ask(media, f'<GetStreamUri xmlns="{_MEDIA}">{setup}{quoted}</GetStreamUri>'))
        try:
            snapshot = _uri(await self.ask(media, f'<GetSnapshotUri xmlns="{_MEDIA}">{quoted}</GetSnapshotUri>'))
        except CameraError:
            snapshot = ""  # not every camera gives single pictures
        coded = profile.find(f".//{{{_SCHEMA}}}VideoEncoderConfiguration")
        sizes = [_number(_text(coded, path)) for path in ("Resolution/Width", "Resolution/Height", "RateControl/FrameRateLimit")]
        elsewhere = bool(url) and address.place(url)[0] != (urlsplit(self.base).hostname or "").lower()
        name = _text(profile, "Name") or token
        shown = address.bare(address.shown(snapshot))
        return MediaStream(name, address.bare(address.shown(url)), _text(coded, "Encoding"), sizes[0], sizes[1], sizes[2], shown, elsewhere)


def parsed(content: bytes) -> etree._Element:
    """XML from outside. Raises CameraError for what is none, and for what declares a document type."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(content[:LARGEST], parser)
    except (etree.XMLSyntaxError, ValueError):
        raise CameraError(State.GARBAGE, "Câu trả lời không phải là ONVIF.") from None
    if root is None or root.getroottree().docinfo.doctype:
        raise CameraError(State.GARBAGE, "Câu trả lời không phải là ONVIF.")
    return root


def _base(where: str) -> str:
    url = where.strip() if "://" in where else f"http://{where.strip()}"
    if address.fault(url, address.WHEP) is not None or address.has_secret(url):
        raise CameraError(State.UNREACHABLE, "Địa chỉ ONVIF phải có dạng máy[:cổng].")
    return url


def _token(login: Login, at: float) -> str:
    """WS-UsernameToken: the digest of a number used once, the time, and the password."""
    nonce, created = secrets.token_bytes(16), datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    digest = hashlib.sha1(nonce + created.encode() + login.password.encode(), usedforsecurity=False).digest()
    return (
        f'<Security xmlns="{_SECURITY}" s:mustUnderstand="1"><UsernameToken><Username>{escape(login.user)}</Username>'
        f'<Password Type="{_DIGEST}">{base64.b64encode(digest).decode()}</Password>'
        f'<Nonce EncodingType="{_BASE64}">{base64.b64encode(nonce).decode()}</Nonce>'
        f'<Created xmlns="{_UTILITY}">{created}</Created></UsernameToken></Security>'
    )


def _is_refusal(content: bytes) -> bool:
    return b"Fault" in content and (b"NotAuthorized" in content or b"FailedAuthentication" in content)


def _uri(found: etree._Element) -> str:
    text = (found.findtext(f".//{{{_SCHEMA}}}Uri") or "").strip()
    return text if len(text) <= _LONGEST and address.fault(text, (*address.RTSP, *address.WHEP)) is None else ""


def _text(element: etree._Element | None, path: str) -> str:
    if element is None:
        return ""
    steps = "/".join(f"{{{_SCHEMA}}}{step}" for step in path.split("/"))
    return " ".join((element.findtext(steps) or "").split())[:80]


def _number(text: str | None) -> int:
    plain = (text or "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 7 else 0
