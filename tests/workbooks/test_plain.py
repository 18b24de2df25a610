"""What the grammars take of a workbook is what the parsers would have taken of it; what they do not take, the parsers still do."""

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import WorkbookError
from dashboard.workbooks import Table, biff, ods, read_tables, xlsx
from dashboard.workbooks.limits import check_position
from dashboard.workbooks.plain_rows import taken_out
from dashboard.workbooks.plain_sheet import cells_of, parted
from dashboard.workbooks.table import letters_of
from tests.workbooks.makers import WRITERS, Cell, by_odfpy, by_openpyxl, changed_archive, filled
from tests.workbooks.test_hostile import SHEET, SHEET_PART, with_content
from tests.workbooks.test_template import blank, typed

SAMPLES = sorted((Path(__file__).parent / "samples").glob("libreoffice.*"))
MANY = settings(max_examples=60)
ROWS: list[list[Cell]] = [["Đơn vị", "Số", None, "a & b < c"], [], ["Xã Bản Bo", 12.5, True, "x"], [None, -3, None, " hai  dòng\nmột ô "]]


def by_parser(content: bytes, name: str) -> tuple[Table, ...]:
    """As it is read when nothing is plain."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsx, "parted", lambda *_: None)
        patch.setattr(ods, "taken_out", lambda content: (content, []))
        patch.setattr(biff, "is_biff8", lambda _: False)
        return read_tables(content, name)


def agree(content: bytes, name: str) -> None:
    for quick, slow in zip(read_tables(content, name), by_parser(content, name), strict=True):
        assert (quick.name, quick.hidden, quick.rows, quick.states) == (slow.name, slow.hidden, slow.rows, slow.states)
        assert sorted(map(str, quick.merged)) == sorted(map(str, slow.merged))


def is_taken(content: bytes, name: str) -> bool:
    """Whether the grammar takes its cells at all: else nothing would be shown here."""
    if name.endswith(".xls"):
        return True
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if name.endswith(".ods"):
            return bool(taken_out(archive.read("content.xml"))[1])
        apart = parted(archive.read(SHEET_PART), b"sheetData")
        return apart is not None and cells_of(apart[1], [0] * 10_000) is not None


@pytest.mark.parametrize("name", [one for one in WRITERS if not one.endswith("csv")])
def test_what_libraries_write_is_read_alike(name: str) -> None:
    for rows in (ROWS, filled()):
        content = WRITERS[name](rows)
        assert is_taken(content, name)
        agree(content, name)


@pytest.mark.parametrize("sample", [one for one in SAMPLES if one.suffix != ".csv"], ids=lambda path: path.suffix)
def test_what_libreoffice_saved_is_read_alike(sample: Path) -> None:
    content = sample.read_bytes()
    assert is_taken(content, sample.name)
    agree(content, sample.name)


def test_templates_with_formulas_that_nobody_calculated_are_read_alike() -> None:
    for content in (blank(), typed(blank(), 39)):
        assert is_taken(content, "a.xlsx")
        agree(content, "a.xlsx")


NUMBER = st.one_of(st.integers(-9999, 9999).map(str), st.sampled_from(["1E3", "0.5", "-0", "46000"]))
TEXT = st.text(st.sampled_from("aĐ&<>\"' \n1"), max_size=6)


@st.composite
def sheet_cells(draw: st.DrawFn, row: int) -> str:
    """One row of cells of every kind that programs write, some of them in ways that no grammar knows."""
    cells = []
    for column in sorted(draw(st.sets(st.integers(0, 12), max_size=5))):
        at = f'r="{letters_of(column)}{row}"'
        style = draw(st.sampled_from(["", ' s="0"']))
        number, words = draw(NUMBER), escape(draw(TEXT))
        formula = draw(st.sampled_from(["", "", "<f>1+1</f>", '<f t="shared" si="0"/>', "<f>IF(A1&lt;&gt;1,2)</f>"]))
        cells.append(
            draw(
                st.sampled_from(
                    [
                        f"<c {at}{style}>{formula}<v>{number}</v></c>",
                        f'<c {at}{style} t="str">{formula}<v>{words}</v></c>',
                        f'<c {at} t="inlineStr"{style}><is><t>{words}</t></is></c>',
                        f'<c {at} t="inlineStr"><is><r><t>{words}</t></r></is></c>',
                        f'<c {at} t="e">{formula}<v>#DIV/0!</v></c>',
                        f'<c {at} t="b"><v>1</v></c>',
                        f'<c {at} t="s"><v>0</v></c>',
                        f"<c {at}{style}/>",
                        f"<c {at}>{formula}<v></v></c>",
                        f"<c {at}>{formula}</c>",
                        f"<c {at}><!-- x --><v>{number}</v></c>",
                        f"<c><v>{number}</v></c>",
                    ]
                )
            )
        )
    return f'<row r="{row}" spans="1:9">{"".join(cells)}</row>'


@MANY
@given(st.data())
def test_any_sheet_of_xlsx_is_read_alike(data: st.DataObject) -> None:
    rows = "".join(data.draw(sheet_cells(number)) for number in sorted(data.draw(st.sets(st.integers(1, 30), min_size=1, max_size=6))))
    strings = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Xã A</t></si></sst>'.encode()
    content = changed_archive(by_openpyxl([["Đơn vị", "Số"]]), {SHEET_PART: SHEET.format(rows).encode(), "xl/sharedStrings.xml": strings})
    _same_outcome(content, "a.xlsx")


@st.composite
def document_rows(draw: st.DrawFn) -> str:
    cells = []
    for _ in range(draw(st.integers(0, 5))):
        words, number = escape(draw(TEXT).replace("\n", " ")), draw(st.integers(-99, 99))
        many = draw(st.sampled_from(["", ' table:number-columns-repeated="2"', ' table:number-columns-spanned="2"']))
        paragraph = draw(
            st.sampled_from([f"<text:p>{words}</text:p>", f"<text:p><text:span>{words}</text:span></text:p>", "<text:p/>", ""])
        )
        note = draw(st.sampled_from(["", "", "<office:annotation><text:p>ghi chú</text:p></office:annotation>"]))
        kind = draw(
            st.sampled_from(
                [
                    f' office:value-type="float" office:value="{number}"',
                    ' office:value-type="string"',
                    ' office:value-type="boolean" office:boolean-value="true"',
                    ' office:value-type="date" office:date-value="2025-10-31"',
                    ' table:formula="of:=[.A1]&amp;&quot;x&quot;"',
                    ' office:value-type="string" calcext:value-type="error"',
                    "",
                ]
            )
        )
        name = draw(st.sampled_from(["table:table-cell", "table:table-cell", "table:covered-table-cell"]))
        cells.append(f"<{name}{many}{kind}>{note}{paragraph}{paragraph}</{name}>" if paragraph or note else f"<{name}{many}{kind}/>")
    many = draw(st.sampled_from(["", ' table:number-rows-repeated="3"']))
    return f"<table:table-row{many}>{''.join(cells)}</table:table-row>"


@MANY
@given(st.lists(document_rows(), min_size=1, max_size=6))
def test_any_sheet_of_ods_is_read_alike(rows: Sequence[str]) -> None:
    _same_outcome(with_content("".join(rows)), "a.ods")


def _same_outcome(content: bytes, name: str) -> None:
    outcomes = [_outcome(read, content, name) for read in (read_tables, by_parser)]
    assert outcomes[0] == outcomes[1]
    if outcomes[0] == "read":
        agree(content, name)


def _outcome(read: Callable[[bytes, str], object], content: bytes, name: str) -> str:
    try:
        read(content, name)
    except WorkbookError as refusal:
        return refusal.kind
    return "read"


@pytest.mark.parametrize("letters", ["A", "Z", "AA", "HZ", "IA", "IV", "IW", "JA", "ZZ", "AAA", "XFD", "a"])
@pytest.mark.parametrize("row", ["1", "9", "10", "9999", "10000", "49999", "50000", "50001", "60000", "100000", "0", "01"])
def test_the_grammar_takes_no_cell_that_lies_too_far_out(letters: str, row: str) -> None:
    taken = cells_of(f'<row r="1"><c r="{letters}{row}"><v>1</v></c></row>'.encode(), []) is not None
    plain = letters.isupper() and row[0] != "0"
    try:
        column = sum((ord(letter) - 64) * 26**power for power, letter in enumerate(reversed(letters.upper()))) - 1
        check_position("", int(row), column)
        within = True
    except WorkbookError:
        within = False
    assert taken == (within and plain)


@pytest.mark.parametrize(
    "around",
    [
        "<!-- {} -->",
        "<![CDATA[{}]]>",
        "<?x {}?>",
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>{}',
    ],
)
def test_cells_that_stand_where_no_cells_are_do_not_fool_the_grammar(around: str) -> None:
    """A comment, a section, an instruction, a second sheet: then nothing is plain."""
    inside = '<sheetData><row r="2"><c r="B2"><v>2</v></c></row></sheetData>'
    sheet = f"<worksheet>{around.format(inside)}</worksheet>".encode()
    assert parted(sheet, b"sheetData") is None


def test_a_mark_in_the_document_is_not_taken_for_ours() -> None:
    content = with_content(
        '<plain-rows run="0"/><table:table-row><table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
    )
    (table,) = read_tables(content, "a.ods")
    assert [row.values for row in table.rows] == [(1.0,)]


def test_an_old_sheet_that_is_said_to_begin_in_several_places_ends_soon() -> None:
    """BIFF says of each sheet where it begins; a place that is none, or no beginning, is damage."""
    content = WRITERS["xlwt.xls"](ROWS)
    stream_start = content.index(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    place = content.index(b"\x85\x00", stream_start) + 4
    for wrong in (b"\xff\xff\xff\xff", b"\x02\x00\x00\x00", b"\xff\xff\xff\x7f"):
        with pytest.raises(WorkbookError, match="hỏng"):
            read_tables(content[:place] + wrong + content[place + 4 :], "a.xls")


def test_the_rows_of_an_old_workbook_keep_dates_faults_and_merged_cells() -> None:
    agree(by_odfpy(ROWS), "a.ods")
    for name in ("xlwt.xls",):
        agree(WRITERS[name]([["a", 1, 2.25, 1234567.125, 0.01, -5, True, None, "Đắk Lắk"]] * 3), name)
