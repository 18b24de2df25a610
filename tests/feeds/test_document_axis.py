"""The document axis: dialects read alike, documents and receipts counted as the law has it, whatever is wrong held for its reason."""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from dashboard.errors import FeedError
from dashboard.feeds.base import Source, Taken
from dashboard.feeds.document_axis import FEED, keep, parse, take, tally
from dashboard.observations import Attribute, Entry, Event
from tests.loaded import context
from tests.messages import PEOPLE, SIGNATURE, Document, flat, status

DOCUMENT = Document()
KEY = "document|H05|H05,2026/09/10,123/UBND-KSTT"
RECEIPT = "receipt|H05|H05,2026/09/10,123/UBND-KSTT|H26"


def taken(content: bytes) -> Taken:
    """What the feed makes of one message."""
    return take("m.xml", content, context())


def event(content: bytes) -> Event:
    """The one statement of a message that is read."""
    found = taken(content)
    assert found.held is None, found.held
    (only,) = found.events
    return only


def reason(content: bytes) -> str:
    """Why a message is held."""
    held = taken(content).held
    assert held is not None, "it was read"
    return held.reason


def merged(*contents: bytes) -> dict[str, dict[str, Attribute]]:
    """Attributes by key, when every message comes in its order; a stand-in for the ledger, without its order of instants."""
    found: dict[str, dict[str, Attribute]] = {}
    earliest = FEED.rules.earliest if FEED.rules else frozenset()
    for one in sorted((event for content in contents for event in taken(content).events), key=lambda one: one.at):
        for name, value in one.attributes.items():
            known = found.setdefault(one.key, {})
            known[name] = min(str(known[name]), str(value)) if name in earliest and name in known else value
    return found


def counted(attributes: Mapping[str, Attribute], *days_off: date) -> dict[str, str]:
    """Measure to detail, of what an entry adds."""
    return {one.measure: one.detail for one in tally(Entry("bac_ninh_2025", attributes), frozenset(days_off))}


def test_the_standards_own_message_is_a_document_of_its_sender() -> None:
    found = event(DOCUMENT.xml())
    assert (found.key, found.unit, found.at) == (KEY, "bac_ninh_2025", datetime(2026, 9, 10, 8, 30, tzinfo=UTC))
    assert found.attributes == {
        "sent": "2026-09-10T08:30:00Z|bac_ninh_2025|province",
        "signed_on": "2026-09-10",
        "signed": False,
        "paper": False,
    }


@pytest.mark.parametrize(
    "content",
    [
        DOCUMENT.but(prefix="").xml(),
        DOCUMENT.but(prefix="ns0:").xml(),
        DOCUMENT.xml().replace(b"cid:", b""),
        DOCUMENT.but(number="74fass22").xml(),
        DOCUMENT.but(sender="H05").xml(),
        DOCUMENT.but(sender=" 000.00.00.h05 ", document=None).xml(),
        DOCUMENT.but(document="H05, 2026/09/10, 123/UBND-KSTT").xml(),
        DOCUMENT.but(document="H05,2026-09-10,123/UBND-KSTT").xml(),
        DOCUMENT.but(signed_on="10/09/2026").xml(),
        DOCUMENT.but(signed_on="2026-09-09T17:00:00.000Z").xml(),
        DOCUMENT.but(stamps=("2026-09-10T08:30:00Z",)).xml(),
        DOCUMENT.but(stamps=("10/09/2026 15:30:00",)).xml(),
        DOCUMENT.but(stamps=("2026/09/10 15:31:00", "2026/09/10 15:30:00", "2026/09/10 15:35:00")).xml(),
        DOCUMENT.but(business=None).xml(),
        DOCUMENT.but(target="000.00.00.G22,2014/02/30,7806/VPCP").xml(),  # a template's rest
        b"\xef\xbb\xbf" + DOCUMENT.xml(),
        b"\n  " + DOCUMENT.xml(),
        DOCUMENT.xml().decode().encode("utf-16"),
        DOCUMENT.xml().replace(b"UTF-8", b"utf-16"),  # as .NET writes it over UTF-8
        DOCUMENT.xml().replace(b"<edXML:MessageHeader>", b"<!-- x --><?y z?><edXML:MessageHeader>"),
        DOCUMENT.xml().replace(b"UBND-KSTT</edXML:CodeNotation>", b"<![CDATA[UBND-KSTT]]></edXML:CodeNotation>"),
    ],
)
def test_dialects_say_the_same(content: bytes) -> None:
    changed = event(content)
    assert changed == event(DOCUMENT.xml())


@pytest.mark.parametrize("root", ["EdXMLEnvelope", "edXMLEnvelope"])
def test_the_older_flat_envelope_is_read_and_says_nothing_of_paper(root: str) -> None:
    found = event(flat(root))
    assert found.key == "document|H05.12|97056F07-7371-42D0-A039-8B4917ED613F"
    assert found.attributes["sent"] == "2026-09-10T08:30:00Z|bac_ninh_2025|province"
    assert "paper" not in found.attributes
    assert set(counted(found.attributes)) == {"documents_sent", "documents_sent_on_time"}


@pytest.mark.parametrize("signature", [SIGNATURE, "<DigitalSignature>AAAA</DigitalSignature>"])
def test_a_signature_is_seen_wherever_builds_put_it(signature: str) -> None:
    assert event(DOCUMENT.but(signature=signature).xml()).attributes["signed"] is True
    assert event(DOCUMENT.but(signature="<Signature> </Signature>").xml()).attributes["signed"] is False


@pytest.mark.parametrize(
    ("sender", "name", "tier"),
    [
        ("000.00.00.H05", "", "province"),
        ("H05", "anything", "province"),
        ("000.00.12.H05", "Sở Xây dựng", "province"),
        ("H05.12", "", "unknown"),
        ("000.00.31.H05", "UBND huyện Lương Tài", "district"),
        ("000.00.31.H05", "UBND thành phố Từ Sơn", "district"),
        ("000.00.31.H05", "UBND Thị xã Quế Võ", "district"),
        ("000.00.31.H26", "Sở Y tế thành phố Hà Nội", "province"),
        ("000.04.31.H05", "UBND xã Phú Lương - UBND huyện Lương Tài", "commune"),
        ("002.00.20.H05", "UBND phường Kinh Bắc", "commune"),
        ("003.04.31.H05", "Phòng Văn thư", "unknown"),
        ("28.22.H05", "UBND xã A", "commune"),
        ("H05.DN.002", "Công ty A", "unknown"),
    ],
)
def test_the_tier_is_known_by_code_or_name_or_not_at_all(sender: str, name: str, tier: str) -> None:
    sent = str(event(DOCUMENT.but(sender=sender, sender_name=name).xml()).attributes["sent"])
    assert sent.split("|")[2] == tier


def test_a_department_that_the_registry_knows_stands_with_its_province() -> None:
    found = event(DOCUMENT.but(sender="000.00.04.H01", sender_name="").xml())
    assert str(found.attributes["sent"]).endswith("|an_giang_2025|province")


def test_an_agency_belongs_to_the_unit_of_its_day() -> None:
    old = DOCUMENT.but(sender="H02", signed_on="2020/09/10", stamps=("2020/09/10 10:00:00",))
    assert event(old.xml()).unit == "bac_giang"
    assert "không thuộc" in reason(DOCUMENT.but(sender="H02").xml())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "không phải XML"),
        (b"hello", "không phải XML"),
        (b"\x00\x01\x02", "không phải XML"),
        (b"<a/>", "phần tử gốc"),
        (DOCUMENT.xml()[:-40], "không phải XML"),
        (DOCUMENT.but(sender="").xml(), "thiếu nơi gửi"),
        (DOCUMENT.but(sender="BN").xml(), "mã cơ quan “BN”"),
        (DOCUMENT.but(sender="000.00.00.H99").xml(), "H99"),
        (DOCUMENT.but(receivers=()).xml(), "thiếu nơi nhận"),
        (DOCUMENT.but(signed_on=None).xml(), "thiếu ngày ban hành"),
        (DOCUMENT.but(signed_on="2026/02/30").xml(), "ngày ban hành “2026/02/30”"),
        (DOCUMENT.but(signed_on="0026/02/03").xml(), "2000–2099"),
        (DOCUMENT.but(stamps=()).xml(), "thiếu thời điểm gửi"),
        (DOCUMENT.but(stamps=("2026/09/10",)).xml(), "thời điểm gửi"),
        (DOCUMENT.but(stamps=("2026/09/10 25:00:00",)).xml(), "thời điểm gửi"),
        (DOCUMENT.but(stamps=("2026/09/09 23:59:59",)).xml(), "trước ngày ban hành"),
        (DOCUMENT.but(document=None, number="", notation="").xml(), "thiếu mã văn bản"),
        (DOCUMENT.but(business="7").xml(), "loại nghiệp vụ “7”"),
        (DOCUMENT.but(paper="2").xml(), "Paper “2”"),
        (DOCUMENT.but(document="x" * 400).xml(), "dài hơn"),
        (status("99", "2026/09/10 16:00:00"), "mã trạng thái “99”"),
        (status("01", ""), "thiếu thời điểm"),
        (status("01", "hôm qua"), "hôm qua"),
        (status("01", "2026/09/10 16:00:00", document=None, owner=""), "không rõ trạng thái của văn bản nào"),
        (status("01", "2026/09/10 16:00:00", speaker="XYZ"), "mã cơ quan “XYZ”"),
        (DOCUMENT.xml().replace(b"UTF-8", b"UTF-7"), "bảng mã"),
        (b"<!DOCTYPE edXML>" + DOCUMENT.xml().split(b"\n", 1)[1], "DTD"),
    ],
)
def test_what_cannot_be_read_is_held_for_its_reason(content: bytes, words: str) -> None:
    assert words in reason(content)
    assert taken(content).held == parse(Source("m.xml", content), context()).held[0]


def test_on_time_is_the_day_of_signing_or_before_noon_of_the_next_working_day() -> None:
    friday = DOCUMENT.but(signed_on="2026/09/11")

    def is_on_time(stamp: str, *days_off: date) -> bool:
        return "documents_sent_on_time" in counted(event(friday.but(stamps=(stamp,)).xml()).attributes, *days_off)

    assert is_on_time("2026/09/11 23:59:59")
    assert is_on_time("2026/09/14 11:59:59")
    assert not is_on_time("2026/09/14 12:00:00")
    assert is_on_time("2026/09/15 11:00:00", date(2026, 9, 14))


def test_paper_and_signature_decide_what_counts_as_electronic_and_signed() -> None:
    whole = {"documents_sent", "documents_sent_on_time"}
    assert set(counted(event(DOCUMENT.xml()).attributes)) == whole | {"documents_electronic"}
    assert set(counted(event(DOCUMENT.but(paper="1", signature=SIGNATURE).xml()).attributes)) == whole | {"documents_signed"}


def test_a_recall_an_update_and_a_replacement_speak_of_the_document_they_name() -> None:
    own = "000.00.00.H05,2026/09/12,200/UBND-KSTT"
    later = DOCUMENT.but(stamps=("2026/09/12 09:00:00",), target=DOCUMENT.document)
    recall = merged(DOCUMENT.xml(), later.but(business="1").xml())[KEY]
    assert counted(recall) == {"documents_recalled": "tier=province"}
    update = merged(DOCUMENT.xml(), later.but(business="2", paper="1").xml())[KEY]
    assert (update["paper"], update["sent"]) == (True, "2026-09-10T08:30:00Z|bac_ninh_2025|province")
    replaced = merged(DOCUMENT.xml(), later.but(business="3", document=own, signed_on="2026/09/12").xml())
    assert counted(replaced[KEY]) == {}
    assert "documents_sent" in counted(replaced["document|H05|H05,2026/09/12,200/UBND-KSTT"])
    listed = later.but(business="3", document=own, target="x", replaces=("A", str(DOCUMENT.document)), signed_on="2026/09/12")
    assert counted(merged(DOCUMENT.xml(), listed.xml())[KEY]) == {}


def test_what_is_known_only_from_others_counts_nothing() -> None:
    recall = DOCUMENT.but(business="1", target=DOCUMENT.document, stamps=("2026/09/12 09:00:00",))
    assert counted(merged(recall.xml())[KEY]) == {}
    assert counted(merged(status("15", "2026/09/12 09:00:00"))[KEY]) == {}


def test_a_recall_that_was_refused_leaves_the_document_counted() -> None:
    asked = status("13", "2026/09/11 08:00:00", speaker="000.00.00.H05", owner="")
    refused, granted = (status(code, "2026/09/11 09:00:00") for code in ("16", "15"))
    assert set(counted(merged(DOCUMENT.xml(), asked)[KEY])) == {"documents_recalled"}
    assert "documents_sent" in counted(merged(DOCUMENT.xml(), asked, refused)[KEY])
    assert set(counted(merged(DOCUMENT.xml(), asked, granted)[KEY])) == {"documents_recalled"}


@pytest.mark.parametrize(
    ("accepted", "bucket"),
    [("15:40:00", "001"), ("16:40:00", "001"), ("16:40:01", "002"), ("23:40:00", "008"), ("23:40:01", "024")],
)
def test_the_hours_from_arrival_to_acceptance_fall_into_buckets(accepted: str, bucket: str) -> None:
    found = merged(status("01", "2026/09/10 15:40:00"), status("03", f"2026/09/10 {accepted}"))[RECEIPT]
    assert counted(found) == {
        "documents_received": "tier=province",
        "documents_accepted": "tier=province",
        "acceptance_hours": f"bucket={bucket},tier=province",
    }


def test_a_receipt_is_counted_on_the_day_of_its_first_word_whatever_came_first() -> None:
    words = [status("03", "2026/09/12 10:00:00"), status("01", "2026/09/10 15:40:00"), status("06", "2026/09/20 10:00:00")]
    (day,) = {one.day for one in tally(Entry("x", merged(*words)[RECEIPT]), frozenset())}
    assert day == date(2026, 9, 10)
    assert "acceptance_hours" not in counted(merged(words[0], words[2])[RECEIPT]), "without an arrival there is no lag"
    backwards = merged(status("01", "2026/09/12 10:00:00"), status("03", "2026/09/10 10:00:00"))[RECEIPT]
    assert "acceptance_hours" not in counted(backwards)


def test_of_refusal_and_acceptance_the_later_counts() -> None:
    refused, accepted = status("02", "2026/09/11 10:00:00"), status("03", "2026/09/12 10:00:00")
    assert set(counted(merged(refused)[RECEIPT])) == {"documents_received", "documents_refused"}
    assert set(counted(merged(accepted, refused)[RECEIPT])) == {"documents_received", "documents_accepted"}


def test_nothing_of_a_person_is_kept_and_reading_what_was_kept_gives_the_same() -> None:
    messages = [
        DOCUMENT.but(signature=SIGNATURE).xml(),
        status("03", "2026/09/10 16:00:00"),
        flat(),
        DOCUMENT.xml()[:-40],
        DOCUMENT.but(paper="9").xml(),
    ]
    for content in messages:
        found = taken(content)
        text = found.kept.decode() + (found.held.raw if found.held else "")
        assert not [word for word in PEOPLE if word in text], text
        assert taken(found.kept) == found
        assert keep(content) == found.kept == keep(found.kept)


def test_an_office_whose_name_holds_a_phone_or_an_address_loses_it() -> None:
    for name in ("Văn thư 0912 345 678", "vanthu@bacninh.gov.vn"):
        found = taken(DOCUMENT.but(sender_name=name).xml())
        assert name not in found.kept.decode()
        assert found.held is None


def test_evidence_shows_what_was_kept_of_a_message() -> None:
    shown = dict(FEED.excerpt(Source("m.xml", keep(DOCUMENT.xml())), "m.xml"))
    assert shown["From/OrganId"] == "000.00.00.H05"
    assert shown["TraceHeaderList/Bussiness/Paper"] == "0"
    torn = FEED.excerpt(Source("m.xml", keep(DOCUMENT.xml()[:-40])), "m.xml")
    assert torn[0][0] == "(không mở được)"
    assert ("DocumentId", str(DOCUMENT.document)) in torn
    assert FEED.excerpt(Source("m.xml", b""), "other.xml") == []


def zipped(*contents: bytes) -> bytes:
    """A zip of messages, two of them under one name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", b"")
        for number, content in enumerate(contents):
            archive.writestr(f"folder/{number // 2}.xml", content)
    return out.getvalue()


def tarred(mode: str, *contents: bytes) -> bytes:
    """A tar of messages."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for number, content in enumerate(contents):
            info = tarfile.TarInfo(f"{number}.xml")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_archives_hold_many_messages_each_with_its_own_record() -> None:
    contents = [DOCUMENT.xml(), status("01", "2026/09/10 15:40:00"), b"no message", flat()]
    for source in (zipped(*contents), tarred("w", *contents), tarred("w:gz", *contents)):
        found = parse(Source("a", source), context())
        assert len({one.record for one in found.events}) == 3
        assert len(found.held) == 1
        again = parse(Source("a", keep(source)), context())
        assert (again.events, again.held) == (found.events, found.held)
        assert keep(keep(source)) == keep(source)
        assert FEED.excerpt(Source("a", keep(source)), found.events[0].record)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_that_is_cut_off_is_refused() -> None:
    contents = [Document(document=f"H05,2026/09/10,{number}/A").xml() for number in range(50)]
    for source in (zipped(*contents[:2]), tarred("w:gz", *contents), tarred("w", *contents)):
        with pytest.raises(FeedError, match="không đọc được"):
            parse(Source("a", source[: len(source) // 2]), context())
