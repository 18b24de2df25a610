"""Vietnamese of the time before Unicode: fonts that drew other letters in the places of Western ones. Their texts still come, in files of
every format; what looks like `Hµ Néi` (TCVN3, fonts .VnTime) or `Haø Noäi` (fonts VNI-Times) was always meant to be `Hà Nội`.

Facts: TCVN 5712:1993 as the ABC fonts use it, and the VNI table for Windows.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from dashboard.workbooks.syllables import score
from dashboard.workbooks.table import Row, Table, Value

_TCVN3: Final = str.maketrans(
    dict(
        zip(
            "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\xadõö÷øùúûüýþ¡¢£¤¥¦§",
            "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
            strict=True,
        )
    )
)
_CAPITALS: Final = 2
"""Of a word all in capitals, so many must be plain letters: `Hµ` begins a name, `NéI` is shouted."""

_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_PLAIN: Final = {"ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
_ROOFED: Final = {"â": "", "á": _ACUTE, "à": _GRAVE, "å": _HOOK, "ã": _TILDE, "ä": _DOT}
_BOWED: Final = {"ê": "", "é": _ACUTE, "è": _GRAVE, "ú": _HOOK, "ü": _TILDE, "ë": _DOT}
_ALONE: Final = {"ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ"}
_WESTERN: Final = re.compile("[\x00-\xff–—‘’“”•…]*")
_SURE: Final = 0.8
"""Share of syllables among the words with marks, from which a text is taken to be what it was read as."""


def _vni_pairs() -> dict[str, str]:
    pairs = {vowel + mark: (_ALONE.get(vowel, vowel)) + tone for vowel in "aeouyôö" for mark, tone in _PLAIN.items()}
    pairs |= {vowel + mark: f"{vowel}\u0302{tone}" for vowel in "aeo" for mark, tone in _ROOFED.items()}
    pairs |= {f"a{mark}": f"a\u0306{tone}" for mark, tone in _BOWED.items()}
    return {typed: unicodedata.normalize("NFC", meant) for typed, meant in (pairs | _ALONE).items()}


_VNI: Final = _vni_pairs()
_VNI_LETTER: Final = re.compile("|".join(sorted(_VNI, key=len, reverse=True)), re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]+")


def from_tcvn3(text: str) -> str:
    """`B¾c Ninh` → `Bắc Ninh`. Capitals with tones were a font of their own: `TØNH` → `TỈNH`."""
    return _WORD.sub(_shouted, text.translate(_TCVN3))


def _shouted(found: re.Match[str]) -> str:
    word = found[0]
    plain = [letter for letter in word if letter.isascii()]
    return word.upper() if len(plain) >= _CAPITALS and all(letter.isupper() for letter in plain) else word


def from_vni(text: str) -> str:
    """`Baéc Ninh` → `Bắc Ninh`."""
    return _VNI_LETTER.sub(_vni_letter, text)


def _vni_letter(found: re.Match[str]) -> str:
    letter = _VNI[found[0].lower()]
    return letter.upper() if found[0][0].isupper() else letter


LEGACY: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType({"TCVN3": from_tcvn3, "VNI": from_vni})


def modernised(table: Table) -> Table:
    """The table with texts of one legacy writing made Unicode; the table itself when nothing speaks for one.

    In a table that also holds texts which only Unicode can write, a text that reads well as it stands is left alone.
    """
    texts = {value for row in table.rows for value in row.values if isinstance(value, str) and not value.isascii()}
    western = {text for text in texts if _WESTERN.fullmatch(text)}
    found = _writing(western)
    if not found:
        return table
    mixed = len(western) < len(texts)
    convert = LEGACY[found]
    meant: dict[Value, str] = {text: convert(text) for text in western if not mixed or score(text)[1]}
    rows = tuple(Row(row.number, tuple(meant.get(value, value) for value in row.values)) for row in table.rows)
    return replace(table, rows=rows, written_in=found)


def _writing(texts: Iterable[str]) -> str:
    """The legacy writing of these texts; empty when they read better as they stand."""
    texts = list(texts)
    good, bad = _sum(texts)
    if not bad:
        return ""
    shares = {name: share(*_sum(convert(text) for text in texts)) for name, convert in LEGACY.items()}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= _SURE and shares[best] > share(good, bad) else ""


def _sum(texts: Iterable[str]) -> tuple[int, int]:
    scores = [score(text) for text in texts]
    return sum(good for good, _ in scores), sum(bad for _, bad in scores)


def share(good: int, bad: int) -> float:
    """Of the words with marks, those that are syllables; 0 when there is none."""
    return good / (good + bad) if good + bad else 0.0
