"""Vietnamese in every way it was ever written becomes the same text: whole files, and cells typed in the old fonts."""

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import WorkbookError
from dashboard.workbooks import read_tables
from dashboard.workbooks.encodings import decoded
from dashboard.workbooks.legacy import from_tcvn3, from_vni
from dashboard.workbooks.syllables import is_syllable, score
from tests.loaded import units
from tests.workbooks.makers import Rows, by_openpyxl

# As old documents have them: read by people who know what was meant, not computed from our tables.
KNOWN = (
    ("Hà Nội", "Hµ Néi", "Haø Noäi"),
    ("Bắc Ninh", "B¾c Ninh", "Baéc Ninh"),
    ("Thừa Thiên Huế", "Thõa Thiªn HuÕ", "Thöøa Thieân Hueá"),
    ("Đà Nẵng", "§µ N½ng", "Ñaø Naüng"),
    ("Quảng Trị", "Qu¶ng TrÞ", "Quaûng Trò"),
    ("Hưng Yên", "H\xadng Yªn", "Höng Yeân"),
    ("Nghĩa Lộ", "NghÜa Lé", "Nghóa Loä"),
    ("Phú Thọ", "Phó Thä", "Phuù Thoï"),
    ("Mỹ Tho", "Mü Tho", "Myõ Tho"),
    ("Đắk Lắk", "§¾k L¾k", "Ñaék Laék"),
    (
        "Số hồ sơ đã xử lý trên môi trường điện tử",
        "Sè hå s¬ ®· xö lý trªn m«i tr\xadêng ®iÖn tö",
        "Soá hoà sô ñaõ xöû lyù treân moâi tröôøng ñieän töû",
    ),
    ("Kỳ báo cáo", "Kú b¸o c¸o", "Kyø baùo caùo"),
)
PROVINCES = [unit.name_vi for unit in units().of_tier("province", units().changes("province")[-1])]
NAMES = [unit.full_name_vi for unit in units().all() if unit.tier in ("province", "district", "commune")]
MARKS = "\u0300\u0301\u0303\u0309\u0323"


def to_tcvn3(text: str) -> str:
    """The other way, found by trying every letter: an inverse of nothing but the reading itself."""
    codes = {from_tcvn3(code): code for code in map(chr, range(0xA1, 0x100)) if from_tcvn3(code) != code}
    return "".join(codes.get(letter, letter) for letter in text)


def to_vni(text: str) -> str:
    """The other way, by trying every letter and every pair."""
    vowels, marks = "aeouyAEOUYôÔöÖ", map(chr, range(0xC0, 0x100))
    codes = {
        from_vni(vowel + mark): vowel + mark for vowel, mark in itertools.product(vowels, [*marks]) if len(from_vni(vowel + mark)) == 1
    }
    codes |= {from_vni(code): code for code in map(chr, range(0xC0, 0x100)) if from_vni(code) != code}
    return "".join(codes.get(letter, letter) for letter in text)


TCVN3 = {ord(from_tcvn3(chr(code))): chr(code) for code in range(0xA1, 0x100) if from_tcvn3(chr(code)) != chr(code)}
# The fonts of TCVN3 have no capitals with tones.
SMALL = sorted({name.lower() for name in NAMES})


def combining(text: str) -> bytes:
    """Windows-1258 as Windows writes it: letters with their quality, tones after them."""
    out = []
    for letter in text:
        bare, tones = unicodedata.normalize("NFD", letter), ""
        for mark in MARKS:
            if mark in bare:
                bare, tones = bare.replace(mark, ""), tones + mark
        out.append(unicodedata.normalize("NFC", bare) + tones)
    return "".join(out).encode("cp1258")


@pytest.mark.parametrize(("meant", "tcvn3", "vni"), KNOWN)
def test_what_old_documents_say_is_read_as_it_was_meant(meant: str, tcvn3: str, vni: str) -> None:
    assert from_tcvn3(tcvn3) == meant
    assert from_vni(vni) == meant


def test_capitals_of_the_abc_fonts() -> None:
    assert from_tcvn3("ñY BAN NH¢N D¢N TØNH").split()[1:] == ["BAN", "NHÂN", "DÂN", "TỈNH"]
    assert from_vni("UÛY BAN NHAÂN DAÂN TÆNH") == "ỦY BAN NHÂN DÂN TỈNH"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "combining", "TCVN3", "VNI"])
def test_a_file_is_the_same_in_every_writing(encoding: str) -> None:
    text = "Đơn vị;Số hồ sơ\r\n" + "".join(f"{name};{place}\r\n" for place, name in enumerate(PROVINCES))
    if encoding == "TCVN3":
        text = text.lower()
    content = {
        "combining": lambda: combining(text),
        "TCVN3": lambda: to_tcvn3(text).encode("latin-1"),
        "VNI": lambda: to_vni(text).encode("latin-1"),
    }.get(encoding, lambda: text.encode(encoding))()
    (table,) = read_tables(content, "a.csv")
    assert [row.values[0] for row in table.rows[1:]] == ([name.lower() for name in PROVINCES] if encoding == "TCVN3" else PROVINCES)
    assert table.written_in == {"combining": "Windows-1258"}.get(encoding, encoding if encoding in ("TCVN3", "VNI") else "")


@given(st.lists(st.sampled_from(NAMES), min_size=8, max_size=30))
def test_names_of_units_come_back_from_every_writing_of_files(names: list[str]) -> None:
    text = "\n".join(names)
    assert decoded(combining(text))[0] == text
    assert decoded(unicodedata.normalize("NFD", text).encode())[0] == text
    if any(not name.isascii() for name in names):
        assert decoded(to_vni(text).encode("latin-1"))[0] == text


@given(st.lists(st.sampled_from(SMALL), min_size=8, max_size=30))
def test_names_of_units_come_back_from_tcvn3(names: list[str]) -> None:
    text = "\n".join(names)
    assert decoded(text.translate(TCVN3).encode("latin-1"))[0] == text


def test_every_unit_is_told_as_vietnamese_and_comes_back_letter_by_letter() -> None:
    good, bad = map(sum, zip(*(score(name) for name in NAMES), strict=True))
    assert good > 0.995 * (good + bad)
    for name in SMALL:
        assert from_tcvn3(name.translate(TCVN3)) == name
    sample = "\n".join(NAMES)
    assert from_vni(to_vni(sample)) == sample


@pytest.mark.parametrize("write", ["TCVN3", "VNI"])
def test_cells_typed_in_old_fonts_become_unicode_in_workbooks_too(write: str) -> None:
    rows: Rows = [[known[1 if write == "TCVN3" else 2], 5] for known in KNOWN]
    (table,) = read_tables(by_openpyxl(rows), "a.xlsx")
    assert [row.values[0] for row in table.rows] == [known[0] for known in KNOWN]
    assert table.written_in == write


def test_a_sheet_with_both_keeps_what_reads_well() -> None:
    rows: Rows = [["Số hồ sơ điện tử", "Hà Tĩnh"], ["Cà Mau", 1], ["Phó", 2], ["B¾c Ninh", 3], ["§µ N½ng", 4], ["Qu¶ng TrÞ", 5]]
    (table,) = read_tables(by_openpyxl(rows), "a.xlsx")
    assert [row.values[0] for row in table.rows] == ["Số hồ sơ điện tử", "Cà Mau", "Phó", "Bắc Ninh", "Đà Nẵng", "Quảng Trị"]


@pytest.mark.parametrize("text", ["Cà Mau\nPhú Thọ", "Phú Yên", "café, naïve", "Hà Giang – 2025", "a²", "Ngày 5° “x”"])
def test_unicode_is_left_alone(text: str) -> None:
    (table,) = read_tables(by_openpyxl([[line] for line in text.split("\n")]), "a.xlsx")
    assert [row.values[0] for row in table.rows] == text.split("\n")
    assert table.written_in == ""


def test_letters_that_were_lost_on_the_way_are_told() -> None:
    """As programs save that know Western letters only."""
    lost = "".join(f"{name};{place}\r\n" for place, name in enumerate(PROVINCES)).encode("cp1252", "replace")
    with pytest.raises(WorkbookError, match="CSV UTF-8"):
        read_tables(lost, "a.csv")
    assert read_tables("Đã xong?;1\nChưa?;2\nVì sao không làm ngay từ đầu".encode(), "a.csv")


def test_bytes_that_are_nobodys_are_refused() -> None:
    with pytest.raises(WorkbookError, match="bảng mã") as caught:
        decoded("привет мир как дела".encode("cp1251"))
    assert caught.value.kind == "encoding"


@pytest.mark.parametrize("word", ["nguyên", "Quốc", "giếng", "thuở", "khuỷu", "Đắk", "Krông", "ương", "ý", "quý", "oằn"])
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["Hµ", "Haø", "naïve", "éclair", "été", "Noäi", "ươưu", "ạã"])
def test_what_no_syllable_is(word: str) -> None:
    assert not is_syllable(word)
