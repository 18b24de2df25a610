"""What people write when they mean a unit: agency codes in two notations, and names with their kind, office and province around them."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from dashboard import formats
from dashboard.errors import UnitUnknown
from dashboard.units.unit import Tier, Unit

# Decision 20/2020/QĐ-TTg: the top level stands left. QCVN 102:2016/BTTTT: it stands right, lower levels filled with zeros.
_TOP_LEFT: Final = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9]{2,3}){0,3}")
_TOP_RIGHT: Final = re.compile(r"(?:[0-9]{2,3}\.){3}[A-Z][0-9]{2}")

_OFFICE: Final = re.compile(r"(?:ubnd|(?:ủy|uỷ) ban nhân dân)\s+")
# One letter is a kind only with its dot, and so is "tt": "TT Huế" is Thừa Thiên Huế.
_KIND: Final = re.compile(
    r"(?P<kind>tỉnh|thành phố|quận|huyện|thị xã|thị trấn|xã|phường|đặc khu)\s+|(?P<short>tp|tx)(?:\.\s*|\s+)|(?P<dotted>tt|[qhpx])\.\s*"
)
_PLACE_AFTER: Final = re.compile(
    r"(?P<inner>.+?)\s*(?:[-\u2013,]|\()\s*"
    r"(?P<place>(?:(?:tỉnh|thành phố|tp|quận|huyện|thị xã|tx)[\s.]|[qh]\.)[^-\u2013,()]*(?:-[^-,()]*)?)\)?"
)
_ZEROS: Final = re.compile(r"\b0+(?=\d)")
_CITIES: Final = frozenset({"thành phố trung ương", "thành phố"})
_KINDS: Final = {
    "thành phố": _CITIES,
    "tp": _CITIES,
    "tx": frozenset({"thị xã"}),
    "tt": frozenset({"thị trấn"}),
    "q": frozenset({"quận"}),
    "h": frozenset({"huyện"}),
    "p": frozenset({"phường"}),
    "x": frozenset({"xã"}),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A name taken apart: the kinds that the said one may mean (none: no kind was said), and the folded name by which units are found."""

    kinds: frozenset[str]
    folded: str


def is_agency_code(text: str) -> bool:
    """Whether the text has the form of an agency code, in either notation."""
    upper = text.strip().upper()
    return bool(_TOP_LEFT.fullmatch(upper) or _TOP_RIGHT.fullmatch(upper))


def agency_code(text: str) -> str:
    """One form for both notations: `H05`, `000.00.00.H05` → `H05`; `H05.12`, `000.00.12.H05` → `H05.12`. Else UnitUnknown."""
    if not is_agency_code(text):
        raise UnitUnknown(f"{text!r} is no agency code: neither H05.12 nor 000.00.12.H05", f"“{text}” không phải là mã định danh cơ quan")
    parts = text.strip().upper().split(".")
    if parts[0].isdigit():
        parts.reverse()
    while not parts[-1].strip("0"):
        parts.pop()
    return ".".join(parts)


def organ_id(code: str) -> str:
    """The notation of QCVN 102, as the document axis writes it: `H05` → `000.00.00.H05`, `H05.12` → `000.00.12.H05`. Else UnitUnknown."""
    levels = agency_code(code).split(".")
    levels += ("00", "00", "000")[len(levels) - 1 :]
    return ".".join(reversed(levels))


def fold(name: str) -> str:
    """The form under which two spellings of a name are one: case, composition, place of the tone, dashes, apostrophes and leading
    zeros (`Phường 01`) do not count."""
    unquoted = re.sub("['’‘`´ʼ]", "'", name)
    return _ZEROS.sub("", formats.same_text(re.sub(r"\s*[-\u2010-\u2015]\s*", " ", unquoted)))


def spoken(text: str) -> Spoken:
    """Take a name apart: `UBND xã Giang Thành` → kind `xã`, name `Giang Thành`; `TP. Huế` → a city of either rank."""
    rest = _lower(text)
    office = _OFFICE.match(rest)
    rest = rest[office.end() :] if office else rest
    found = _KIND.match(rest)
    if found is None:
        return Spoken(frozenset(), fold(rest))
    said = found["kind"] or found["short"] or found["dotted"]
    return Spoken(_KINDS.get(said, frozenset({said})), fold(rest[found.end() :]))


def place_after(text: str) -> tuple[str, str] | None:
    """`UBND xã Giang Thành - tỉnh An Giang` → the name and the place said after it; None when none is said.

    Of several places the last one is split off: `phường Trúc Bạch, quận Ba Đình` remains before `thành phố Hà Nội`.
    """
    found = _PLACE_AFTER.fullmatch(_lower(text))
    return (found["inner"], found["place"]) if found else None


def names_of(unit: Unit) -> frozenset[str]:
    """The folded names under which a unit is found."""
    match unit.tier:
        case Tier.PROVINCE:
            return frozenset({fold(unit.name_vi)})  # the full name is the kind and this
        case Tier.DISTRICT | Tier.COMMUNE:
            return frozenset({fold(unit.full_name_vi[len(unit.kind) + 1 :])})  # the name shown may hold the kind: Quận 1
        case _:
            return frozenset({fold(unit.name_vi), fold(unit.full_name_vi)})


def _lower(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().split())
