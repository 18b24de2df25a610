"""How figures, instants and names are written for people in Vietnam, and how names are ordered, searched and matched.

Numbers follow vi-VN: `.` between thousands, `,` before decimals, a true minus (U+2212). Instants are shown in +07:00.
Nothing here knows what a figure means.
"""

import datetime as dt
import unicodedata
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final, TypeAlias

from dashboard.errors import DashboardError

HANOI: Final = dt.timezone(dt.timedelta(hours=7))
"""Vietnam's zone; it knows no summer time."""

NOT_REPORTED: Final = "––"
"""Stands where a figure is missing. Never a zero."""

Numeric: TypeAlias = int | float | Decimal

_MINUS: Final = "\u2212"
_EXACT: Final = Context(prec=400, rounding=ROUND_HALF_UP)  # wide enough for every float
# size, from where rounding reaches it ("1 tỷ", never "1.000 triệu"), word
_STEPS: Final = ((Decimal(10**9), Decimal(999_950_000), "tỷ"), (Decimal(10**6), Decimal("999999.5"), "triệu"))

_ALPHABET: Final = {letter: chr(ord("A") + rank) for rank, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES: Final = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # huyền hỏi ngã sắc nặng
_LEVEL: Final = "0"  # ngang


def number(value: Numeric, decimals: int = 0) -> str:
    """`1234567.891, 2` → `1.234.567,89`. Halves go away from zero, on the digits as written: 84.805 → `84,81`.

    Raises DashboardError for what is not finite.
    """
    return _written(_decimal(value), decimals)


def signed(value: Numeric, decimals: int = 2) -> str:
    """A change: `+0,16`, `−0,33`; what rounds to zero bears no sign."""
    text = _written(_decimal(value), decimals)
    grew = value > 0 and text.strip("0,.") != ""
    return f"+{text}" if grew else text


def percent(ratio: Numeric, decimals: int = 2) -> str:
    """A ratio of 1 as per cent: `0.9081` → `90,81%`."""
    return _written(_EXACT.multiply(_decimal(ratio), Decimal(100)), decimals) + "%"


def score(value: Numeric) -> str:
    """Points of an index, always with two decimals: `91.7` → `91,70`."""
    return number(value, 2)


def compact(value: Numeric) -> str:
    """A large count in words, with at most one decimal: `26,7 tỷ`, `1,2 triệu`; below a million in full."""
    exact = _decimal(value)
    for size, reached, word in _STEPS:
        if abs(exact) >= reached:
            return f"{_written(_EXACT.divide(exact, size), 1).removesuffix(',0')} {word}"
    return _written(exact, 0)


def date(day: dt.date) -> str:
    """`31/10/2025`. An instant is first brought to +07:00; a naive one raises DashboardError."""
    return (_local(day) if isinstance(day, dt.datetime) else day).strftime("%d/%m/%Y")


def clock(instant: dt.datetime) -> str:
    """`14:32`, in +07:00. A naive instant raises DashboardError."""
    return _local(instant).strftime("%H:%M")


def moment(instant: dt.datetime) -> str:
    """`14:32 20/11/2025`, in +07:00. A naive instant raises DashboardError."""
    return _local(instant).strftime("%H:%M %d/%m/%Y")


def interval(first: int, last: int) -> str:
    """`9–15`, or `9` when both are the same."""
    return number(first) if first == last else f"{number(first)}–{number(last)}"


def sort_key(text: str) -> str:
    """A key whose plain comparison gives Vietnamese order (in Python, and in PostgreSQL under collation "C").

    First the letters word by word (a ă â b c d đ e ê …; spaces and signs are only breaks; numbers by their value), then the tones
    (ngang huyền hỏi ngã sắc nặng, wherever in the word they are written), last the text itself, so that two keys are the
    same only for the same text. PostgreSQL's embedded build has no ICU, therefore the key is our own.
    """
    letters: list[str] = []
    tones: list[str] = []
    for word in _words(text):
        letters.append(_ranked(word))
        tones.append("".join(_TONES[mark] for mark in word if mark in _TONES) or _LEVEL)
    literal = unicodedata.normalize("NFC", text).replace("\0", "")  # PostgreSQL holds no NUL
    return "\x01".join((" ".join(letters), " ".join(tones), literal))


def plain(text: str) -> str:
    """Lower-case ASCII for search: `Đắk Lắk` → `dak lak`. What has no ASCII form falls out; runs of white space become one space."""
    bare = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "d").replace("–", "-")).lower()
    return " ".join(bare.encode("ascii", "ignore").decode().split())


def same_text(text: str) -> str:
    """A folding under which two spellings of one name are equal: composed or not, `Hoà`/`Hòa`, `Thuỷ`/`Thủy`, upper or lower case.

    The tone is carried to the end of its word; it still tells `Hòa` from `Hóa`. For matching, not for showing.
    """
    folded: list[str] = []
    tones = ""
    for character in unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).casefold()):
        if character in _TONES:
            tones += character
        elif character.isalnum() or unicodedata.combining(character):
            folded.append(character)
        else:
            folded.append(tones + character)
            tones = ""
    return " ".join(unicodedata.normalize("NFC", "".join(folded) + tones).split())


def _decimal(value: Numeric) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(value) if isinstance(value, int) else Decimal(repr(float(value)))
    if not exact.is_finite():
        raise DashboardError(f"not a finite number: {value}")
    return exact


def _written(value: Decimal, decimals: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-decimals), context=_EXACT)
    digits = f"{abs(rounded):,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    return f"{_MINUS}{digits}" if rounded < 0 else digits


def _local(instant: dt.datetime) -> dt.datetime:
    if instant.tzinfo is None:
        raise DashboardError(f"an instant without a zone cannot be shown: {instant.isoformat()}")
    return instant.astimezone(HANOI)


def _words(text: str) -> Iterator[str]:
    """The decomposed, lower-case words of a text: letters, digits and their marks."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).lower())
    kept = (c if c.isalnum() or unicodedata.combining(c) else " " for c in decomposed)
    return iter("".join(kept).split())


def _ranked(word: str) -> str:
    """The word's letters by their place in the alphabet, tones left out; a run of digits is led by its length, so that 2 < 10."""
    ranks: list[str] = []
    digits = ""
    for character in (*unicodedata.normalize("NFC", "".join(c for c in word if c not in _TONES)), ""):
        if character and character in "0123456789":
            digits += character
            continue
        ranks.append(_measured(digits) if digits else "")
        digits = ""
        base = unicodedata.normalize("NFD", character)[:1]
        ranks.append(_ALPHABET.get(character) or _ALPHABET.get(base, base if base.isalnum() else ""))
    return "".join(ranks)


def _measured(digits: str) -> str:
    value = digits.lstrip("0") or "0"
    nines, rest = divmod(len(value), 9)
    return "9" * nines + str(rest) + value
