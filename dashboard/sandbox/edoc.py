"""edXML messages as provincial gateways write them (QCVN 102:2016/BTTTT), in the dialects that are met; nothing in them is real.

Where a person's name would stand there stands one that is nobody's, and every subject says that it is made up.
"""

import datetime as dt
from dataclasses import dataclass
from html import escape
from typing import Final

NAMESPACE: Final = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
SIGNATORY: Final = "Người ký mô phỏng"
CLERK: Final = "Văn thư mô phỏng"
SUBJECT: Final = "V/v trao đổi công tác (mô phỏng)"
UNSIGNED_PDF: Final = "JVBERi0xLjQKJSBtbyBwaG9uZwo="
_NEW, _RECALL, _UPDATE, _REPLACE = range(4)
_REASONS: Final = ("Văn bản điện tử mới", "Thu hồi văn bản", "Cập nhật văn bản", "Thay thế văn bản")


@dataclass(frozen=True, slots=True)
class Office:
    """An agency that sends or receives: its code (`H05`, `H05.12`) and its name."""

    code: str
    name: str

    @property
    def organ_id(self) -> str:
        """The code as QCVN 102 writes it, the top level on the right."""
        parts = self.code.split(".")
        return ".".join(["000"] + ["00"] * (3 - len(parts)) + parts[::-1])


@dataclass(frozen=True, slots=True)
class Document:
    """A document on its way; `business` is 0 new, 1 recall, 2 update, 3 replacement, and `target` the document that the last three mean;
    `pdf` is the attachment in base64, `priority` 0 for an ordinary one, up to 4."""

    sender: Office
    receivers: tuple[Office, ...]
    number: int
    notation: str
    signed_on: dt.date
    sent_at: dt.datetime
    paper: bool
    business: int = _NEW
    target: str = ""
    prefix: str = "edXML:"
    pdf: str = UNSIGNED_PDF
    priority: int = 0

    @property
    def identifier(self) -> str:
        """As the standard forms it."""
        return f"{self.sender.organ_id},{self.signed_on:%Y/%m/%d},{self.code}"

    @property
    def code(self) -> str:
        """Number and notation."""
        return f"{self.number}/{self.notation}"

    def xml(self) -> bytes:
        """The message, without a signature."""
        header = (
            f"{_party(self.prefix, 'From', self.sender)}{''.join(_party(self.prefix, 'To', one) for one in self.receivers)}"
            f"{self._tag('DocumentId', self.identifier)}"
            f"{self._in('Code', self._tag('CodeNumber', str(self.number)) + self._tag('CodeNotation', self.notation))}"
            f"{self._in('PromulgationInfo', self._tag('PromulgationDate', f'{self.signed_on:%Y/%m/%d}'))}"
            f"{self._in('DocumentType', self._tag('Type', '1') + self._tag('TypeName', 'Công văn'))}{self._tag('Subject', SUBJECT)}"
            f"{self._in('SignerInfo', self._tag('FullName', f'{SIGNATORY} {self.number % 97}'))}"
            f"{self._in('OtherInfo', self._tag('Priority', str(self.priority)) + self._tag('PageAmount', '2'))}"
        )
        reference = self._in("Reference", self._tag("ContentId", "cid:1") + self._tag("AttachmentName", "mo-phong.pdf"))
        body = self._in("edXMLBody", self._in("edXMLManifest", reference))
        trace = self._in("TraceHeaderList", self._in("TraceHeader", self._stamp()) + self._in("Bussiness", self._work()))
        attached = (
            "<AttachmentEncoded><Attachment><ContentId>cid:1</ContentId><AttachmentName>mo-phong.pdf</AttachmentName>"
            f"<ContentTransferEncoded>{self.pdf}</ContentTransferEncoded></Attachment></AttachmentEncoded>"
        )
        return _wrapped(self.prefix, self._in("MessageHeader", header) + trace, body, attached)

    def _stamp(self) -> str:
        return self._tag("OrganId", self.sender.organ_id) + self._tag("Timestamp", f"{self.sent_at:%Y/%m/%d %H:%M:%S}")

    def _work(self) -> str:
        target = self._tag("DocumentId", self.target) if self.business in (_RECALL, _UPDATE) else ""
        listed = self._in("ReplacementInfo", self._tag("DocumentId", self.target)) if self.business == _REPLACE else ""
        return (
            f"{target}{self._tag('BussinessDocType', str(self.business))}{self._tag('BussinessDocReason', _REASONS[self.business])}"
            f"{self._tag('Paper', '1' if self.paper else '0')}{self._in('ReplacementInfoList', listed) if listed else ''}"
        )

    def _tag(self, name: str, text: str) -> str:
        return _tag(self.prefix, name, text)

    def _in(self, name: str, inner: str) -> str:
        return f"<{self.prefix}{name}>{inner}</{self.prefix}{name}>"


@dataclass(frozen=True, slots=True)
class Status:
    """What `speaker` says at an instant of a document that `owner` had sent; `code` as in the standard (01 arrived, 03 accepted, …)."""

    speaker: Office
    owner: Office
    document: str
    code: str
    at: dt.datetime

    def xml(self) -> bytes:
        """The message."""
        prefix = "edXML:"
        answer = _tag(prefix, "OrganId", self.owner.organ_id) + _tag(prefix, "DocumentId", self.document)
        header = (
            f"{_party(prefix, 'From', self.speaker)}<edXML:ResponseFor>{answer}</edXML:ResponseFor>"
            f"<edXML:StaffInfo>{_tag(prefix, 'Staff', CLERK)}</edXML:StaffInfo>{_tag(prefix, 'StatusCode', self.code)}"
            f"{_tag(prefix, 'Description', '(mô phỏng)')}{_tag(prefix, 'Timestamp', f'{self.at:%Y/%m/%d %H:%M:%S}')}"
        )
        return _wrapped(prefix, f"<edXML:MessageHeader>{header}</edXML:MessageHeader>", "", "")


def _wrapped(prefix: str, header: str, body: str, attached: str) -> bytes:
    declared = f' xmlns:{prefix[:-1]}="{NAMESPACE}"' if prefix else ""
    envelope = f"<{prefix}edXMLHeader>{header}</{prefix}edXMLHeader>{body}"
    whole = f'<edXML xmlns="{NAMESPACE}"><{prefix}edXMLEnvelope{declared}>{envelope}</{prefix}edXMLEnvelope>{attached}</edXML>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{whole}'.encode()


def _party(prefix: str, role: str, office: Office) -> str:
    inner = _tag(prefix, "OrganId", office.organ_id) + _tag(prefix, "OrganName", office.name)
    return f"<{prefix}{role}>{inner}</{prefix}{role}>"


def _tag(prefix: str, name: str, text: str) -> str:
    return f"<{prefix}{name}>{escape(text, quote=False)}</{prefix}{name}>"
