"""Whether a text looks like Vietnamese: its words with marks are syllables as the language builds them.

That is what tells ways of writing apart: bytes read in the wrong one give letters that no syllable has, or marks where none can stand.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
# Onsets with r and l after another consonant are of names of the highlands: Krông, Đrăng, Plei.
_ONSET: Final = r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx]|[bcdđgkmpst][rl])?"
_OPEN: Final = r"iê|yê|uô|ươ|uyê|ia|ya|ua|ưa|oa|oă|oe|oo|uâ|uê|uy|uơ|uya|uă|ue|[aăâeêioôơuưy]"
_GLIDE: Final = r"oai|oay|oao|oeo|uây|uyu|uêu|uao|uai|uay|uôi|ươi|ươu|iêu|yêu|ai|ay|ây|ao|au|âu|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu"
_SYLLABLE: Final = re.compile(rf"{_ONSET}(?:(?:{_GLIDE})|(?:{_OPEN})(?:ch|nh|ng|[ckmnpt])?)")
_WORD: Final = re.compile(r"[^\W\d_]+")
# Signs that stand for letters in the legacy fonts, right beside a letter: no text has them there otherwise.
_SIGN: Final = "[\u0080-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\ufffd]"
_STRAY: Final = re.compile(rf"(?<=[^\W\d_]){_SIGN}|{_SIGN}(?=[^\W\d_])")


def score(text: str) -> tuple[int, int]:
    """Of a composed text: words with marks that are syllables, and what cannot be Vietnamese. Words of plain ASCII count as neither."""
    if text.isascii():
        return 0, 0
    marked = [word for word in _WORD.findall(text) if not word.isascii()]
    good = sum(is_syllable(word) for word in marked)
    return good, len(marked) - good + len(_STRAY.findall(text))


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Whether a word could be a Vietnamese syllable: one onset, one rhyme, one tone at most."""
    letters = unicodedata.normalize("NFD", word.lower())
    tones = sum(letter in _TONES for letter in letters)
    bare = unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in _TONES))
    return tones <= 1 and _SYLLABLE.fullmatch(bare) is not None
