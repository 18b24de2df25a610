"""Signatures in attached PDFs, and what a message makes of all its signatures."""

import base64
import io
import zipfile
from functools import cache

import pytest

from dashboard.feeds.verdicts import Verdict
from dashboard.sandbox import paper
from dashboard.signatures import pdf
from dashboard.signatures.trust import TrustList
from dashboard.signatures.verifying import Verifier
from tests.messages import PEOPLE
from tests.signatures.made import AGENCY, AT, PEN, PERSON, authority, message, trust


@cache
def signed(person: bool = True) -> bytes:
    """A page that a person, or an agency, signed."""
    return paper.signed(paper.page(), authority(), PERSON if person else AGENCY)


def attached(content: bytes, zip_it: bool = False) -> bytes:
    """A message with that attachment."""
    if zip_it:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.pdf", content)
            archive.writestr("b.txt", b"x")
        content = out.getvalue()
    return message().replace(PEOPLE[-1].encode(), base64.b64encode(content))


def verdict(content: bytes) -> Verdict:
    """What the message's signatures are worth."""
    return Verifier(trust(), b"k" * 32).verdict(content, AT)


def test_a_signed_page_is_valid_and_a_changed_one_is_not() -> None:
    (one,) = pdf.check(signed(), AT, trust())
    assert (one.state, one.reason, one.sha1) == ("valid", "", False)
    assert one.signer is not None
    assert one.signer.kind == "person"
    changed = signed().replace(b"Van ban mo phong", b"Van ban bi sua!!")
    assert [(two.state, two.reason) for two in pdf.check(changed, AT, trust())] == [("invalid", "digest")]
    assert [two.state for two in pdf.check(signed(), AT, TrustList())] == ["untrusted"]


def test_a_second_signature_leaves_the_first_as_it_is_and_anything_else_behind_it_does_not() -> None:
    twice = paper.signed(signed(), authority(), AGENCY, field="ConDau")
    assert [one.state for one in pdf.check(twice, AT, trust())] == ["valid", "valid"]
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(signed()))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    assert [(one.state, one.reason) for one in pdf.check(out.getvalue(), AT, trust())] == [("invalid", "changed")]


@pytest.mark.parametrize("standing", ["expired", "revoked", "stranger"])
def test_a_page_is_judged_by_the_same_list(standing: str) -> None:
    page = paper.signed(paper.page(), authority(), AGENCY, standing)  # type: ignore[arg-type]
    assert [one.state for one in pdf.check(page, AT, trust())] == ["untrusted" if standing == "stranger" else standing]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"%PDF-/ByteRange", signed()[:3000], signed()[:-40], signed()[2000:]])
def test_a_damaged_file_is_never_valid(content: bytes) -> None:
    assert all(one.state != "valid" for one in pdf.check(content, AT, trust()))


def test_a_range_that_promises_more_than_there_is_is_invalid() -> None:
    start = signed().index(b"/ByteRange")
    end = signed().index(b"]", start)
    promised = b"/ByteRange [0 %d %d 2147483648" % (10, 99_999_999_999)
    forged = signed()[:start] + promised.ljust(end - start) + signed()[end:]
    assert all(one.state == "invalid" for one in pdf.check(forged, AT, trust()))


@pytest.mark.parametrize("zip_it", [False, True])
def test_a_signed_attachment_counts_as_a_signature_of_its_message(zip_it: bool) -> None:
    found = verdict(attached(signed(), zip_it))
    assert (found.state, found.agency, len(found.people)) == ("valid", False, 1)
    both = verdict(PEN.sign(attached(signed(), zip_it)))
    assert (both.state, both.agency, both.people) == ("valid", True, found.people)
    assert verdict(attached(signed(person=False), zip_it)).people == ()


def test_a_comment_in_the_midst_of_an_attachment_hides_nothing() -> None:
    content = attached(signed())
    place = content.index(b"JVBERi0") + 4000
    assert verdict(content[:place] + b"<!-- x -->" + content[place:]).state == "valid"


def test_all_signatures_of_a_message_must_hold() -> None:
    changed = signed().replace(b"Van ban mo phong", b"Van ban bi sua!!")
    found = verdict(PEN.sign(attached(changed)))
    assert (found.state, found.reason, found.agency, found.people) == ("invalid", "digest", False, ())
    assert verdict(PEN.but(standing="expired").sign(attached(signed()))).state == "expired"
    assert verdict(attached(paper.page())).state == "unsigned"
    assert verdict(attached(b"PK\x03\x04 no zip")).state == "unsigned"
    assert verdict(message()) == Verdict("unsigned")


def test_who_signed_is_a_hash_under_the_databases_key() -> None:
    (one,) = verdict(PEN.but(holder=PERSON).sign(message())).people
    (other,) = Verifier(trust(), b"x" * 32).verdict(PEN.but(holder=PERSON).sign(message()), AT).people
    assert one != other
    assert len(one) == 32
    assert verdict(attached(signed())).people == (one,), "the same person, wherever the signature stands"
