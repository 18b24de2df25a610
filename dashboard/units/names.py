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
_KIND: Final = re.compile(r"(?P<kind>tỉnh|thành phố|xã|phường|đặc khu)\s+|(?P<short>tp)(?:\.\s*|\s+)")
_PROVINCE_AFTER: Final = re.compile(
    r"(?P<inner>.+?)\s*(?:[-\u2013,]|\()\s*(?P<province>(?:tỉnh|thành phố|tp)[\s.][^-\u2013,()]*(?:-[^-,()]*)?)\)?"
)
_KINDS: Final = {"thành phố": "thành phố trung ương", "tp": "thành phố trung ương"}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A name taken apart: the kind, if one was said, and the folded name by which units are found."""

    kind: str | None
    folded: str


def is_agency_code(text: str) -> bool:
    """Whether the text has the form of an agency code, in either notation."""
    upper = text.strip().upper()
    return bool(_TOP_LEFT.fullmatch(upper) or _TOP_RIGHT.fullmatch(upper))


def agency_code(text: str) -> str:
    """One form for both notations: `H05`, `000.00.00.H05` → `H05`; `H05.12`, `000.00.12.H05` → `H05.12`. Else UnitUnknown."""
    if not is_agency_code(text):
        raise UnitUnknown(f"{text!r} is no agency code: neither H05.12 nor 000.00.12.H05")
    parts = text.strip().upper().split(".")
    if parts[0].isdigit():
        parts.reverse()
    while not parts[-1].strip("0"):
        parts.pop()
    return ".".join(parts)


def fold(name: str) -> str:
    """The form under which two spellings of a name are one: case, composition, place of the tone, dashes and apostrophes do not count."""
    unquoted = re.sub("['’‘`´ʼ]", "'", name)
    return formats.same_text(re.sub(r"\s*[-\u2010-\u2015]\s*", " ", unquoted))


def spoken(text: str) -> Spoken:
    """Take a name apart: `UBND xã Giang Thành` → kind `xã`, name `Giang Thành`; `TP. Huế` → kind `thành phố trung ương`."""
    rest = _lower(text)
    office = _OFFICE.match(rest)
    rest = rest[office.end() :] if office else rest
    found = _KIND.match(rest)
    if found is None:
        return Spoken(None, fold(rest))
    said = found["kind"] or found["short"]
    return Spoken(_KINDS.get(said, said), fold(rest[found.end() :]))


def province_after(text: str) -> tuple[str, str] | None:
    """`UBND xã Giang Thành - tỉnh An Giang` → the name and the province said after it; None when none is said."""
    found = _PROVINCE_AFTER.fullmatch(_lower(text))
    return (found["inner"], found["province"]) if found else None


def names_of(unit: Unit) -> frozenset[str]:
    """The folded names under which a unit is found."""
    if unit.tier in (Tier.PROVINCE, Tier.COMMUNE):
        return frozenset({fold(unit.name_vi)})  # the full name is the kind and this
    return frozenset({fold(unit.name_vi), fold(unit.full_name_vi)})


def _lower(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().split())
