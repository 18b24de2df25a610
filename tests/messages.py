"""edXML messages as gateways write them, in their dialects; every value is made up."""

from dataclasses import dataclass, replace
from html import escape

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
PEOPLE = (
    "Nguyễn Thị Riêng Tư",
    "rieng.tu@vidu.gov.vn",
    "0912345678",
    "12 Đường Kín, Phường Ẩn",
    "V/v chuyện riêng của một người",
    "Nội dung kín",
    "tep-rieng-tu.pdf",
    "MIIPRIVATECERT",
    "JVBERi1SSUVORy1UVQ",
)
"""What stands in a message and must stand nowhere else."""
_NAME, _MAIL, _PHONE, _PLACE, _SUBJECT, _CONTENT, _FILE, _CERTIFICATE, _BASE64 = PEOPLE
SIGNATURE = (
    "<Signature><SignedInfo/><SignatureValue>c2lnbmF0dXJl</SignatureValue><KeyInfo><X509Data>"
    f"<X509Certificate>{_CERTIFICATE}</X509Certificate></X509Data></KeyInfo></Signature>"
)


@dataclass(frozen=True)
class Document:
    """A document's message; the texts as they stand in it, None leaves the element out."""

    sender: str = "000.00.00.H05"
    sender_name: str = "UBND tỉnh Bắc Ninh"
    receivers: tuple[str, ...] = ("000.00.00.H26",)
    document: str | None = "000.00.00.H05,2026/09/10,123/UBND-KSTT"
    number: str = "123"
    notation: str = "UBND-KSTT"
    signed_on: str | None = "2026/09/10"
    stamps: tuple[str, ...] = ("2026/09/10 15:30:00",)
    business: str | None = "0"
    target: str | None = None
    replaces: tuple[str, ...] = ()
    paper: str | None = "0"
    signature: str = ""
    prefix: str = "edXML:"

    def but(self, **changes: object) -> "Document":
        """The same with some texts changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def xml(self) -> bytes:
        """The message in the dialect of the standard."""
        p = self.prefix
        declared = f' xmlns:{p[:-1]}="{NAMESPACE}"' if p else ""
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<edXML xmlns="{NAMESPACE}"><{p}edXMLEnvelope{declared}><{p}edXMLHeader>'
            f"<{p}MessageHeader>{self._parties()}{tag(p, 'DocumentId', self.document)}<{p}Code>{tag(p, 'CodeNumber', self.number)}"
            f"{tag(p, 'CodeNotation', self.notation)}</{p}Code><{p}PromulgationInfo><{p}Place>{_PLACE}</{p}Place>"
            f"{tag(p, 'PromulgationDate', self.signed_on)}</{p}PromulgationInfo><{p}DocumentType><{p}Type>1</{p}Type>"
            f"<{p}TypeName>Công văn</{p}TypeName></{p}DocumentType>{tag(p, 'Subject', _SUBJECT)}{tag(p, 'Content', _CONTENT)}"
            f"<{p}SignerInfo>{tag(p, 'FullName', _NAME)}</{p}SignerInfo></{p}MessageHeader>{self._trace()}"
            f"{self.signature}</{p}edXMLHeader><{p}edXMLBody><{p}edXMLManifest><{p}Reference>{tag(p, 'ContentId', 'cid:1')}"
            f"{tag(p, 'AttachmentName', _FILE)}</{p}Reference></{p}edXMLManifest></{p}edXMLBody></{p}edXMLEnvelope>"
            f"<AttachmentEncoded><Attachment><ContentId>1</ContentId><AttachmentName>{_FILE}</AttachmentName>"
            f"<ContentTransferEncoded>{_BASE64}</ContentTransferEncoded></Attachment></AttachmentEncoded></edXML>"
        ).encode()

    def _parties(self) -> str:
        p = self.prefix
        contact = tag(p, "OrganAdd", _PLACE) + tag(p, "Email", _MAIL) + tag(p, "Telephone", _PHONE)
        own = f"<{p}From>{tag(p, 'OrganId', self.sender)}{tag(p, 'OrganName', self.sender_name)}{contact}</{p}From>"
        return own + "".join(f"<{p}To>{tag(p, 'OrganId', one)}{contact}</{p}To>" for one in self.receivers)

    def _trace(self) -> str:
        p = self.prefix
        stamps = "".join(
            f"<{p}TraceHeader>{tag(p, 'OrganId', self.sender)}{tag(p, 'Timestamp', one)}</{p}TraceHeader>" for one in self.stamps
        )
        listed = "".join(f"<{p}ReplacementInfo>{tag(p, 'DocumentId', one)}</{p}ReplacementInfo>" for one in self.replaces)
        staff = f"<{p}StaffInfo>{tag(p, 'Staff', _NAME)}{tag(p, 'Email', _MAIL)}{tag(p, 'Mobile', _PHONE)}</{p}StaffInfo>"
        work = (
            f"<{p}Bussiness>{tag(p, 'DocumentId', self.target)}{tag(p, 'BussinessDocType', self.business)}"
            f"{tag(p, 'BussinessDocReason', _CONTENT)}{tag(p, 'Paper', self.paper)}{staff}"
            f"<{p}ReplacementInfoList>{listed}</{p}ReplacementInfoList></{p}Bussiness>"
        )
        return f"<{p}TraceHeaderList>{stamps}{work}</{p}TraceHeaderList>"


def tag(prefix: str, name: str, text: str | None) -> str:
    """An element, or nothing for None."""
    return "" if text is None else f"<{prefix}{name}>{escape(text, quote=False)}</{prefix}{name}>"


def status(
    code: str,
    at: str,
    speaker: str = "000.00.00.H26",
    document: str | None = "000.00.00.H05,2026/09/10,123/UBND-KSTT",
    owner: str = "000.00.00.H05",
) -> bytes:
    """A status of a document."""
    p = "edXML:"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><edXML xmlns="{NAMESPACE}"><{p}edXMLEnvelope xmlns:edXML="{NAMESPACE}"><{p}edXMLHeader>'
        f"<{p}MessageHeader><{p}From>{tag(p, 'OrganId', speaker)}{tag(p, 'OrganName', 'UBND tỉnh')}{tag(p, 'Email', _MAIL)}</{p}From>"
        f"<{p}ResponseFor>{tag(p, 'OrganId', owner)}{tag(p, 'Code', '123/UBND-KSTT')}{tag(p, 'PromulgationDate', '2026/09/10')}"
        f"{tag(p, 'DocumentId', document)}</{p}ResponseFor><{p}StaffInfo>{tag(p, 'Staff', _NAME)}{tag(p, 'Mobile', _PHONE)}</{p}StaffInfo>"
        f"{tag(p, 'StatusCode', code)}{tag(p, 'Description', 'Văn thư - ' + _NAME)}{tag(p, 'Timestamp', at)}</{p}MessageHeader>"
        f"</{p}edXMLHeader></{p}edXMLEnvelope></edXML>"
    ).encode()


def flat(root: str = "EdXMLEnvelope", document: str = "97056f07-7371-42d0-a039-8b4917ed613f") -> bytes:
    """The older envelope: no Bussiness, ISO dates, the type as text, the trace inside the header."""
    return (
        f'<?xml version="1.0"?><{root} xmlns="http://www.go.vn/eDoc"><MessageHeader>'
        "<From><OrganId>H05.12</OrganId><OrganName>Sở Xây dựng tỉnh Bắc Ninh</OrganName></From>"
        "<To><OrganId>H26.04</OrganId><OrganName>Sở Y tế</OrganName></To>"
        "<Code><CodeNumber>7/SXD</CodeNumber><CodeNotation>SXD-VP</CodeNotation></Code>"
        f"<PromulgationInfo><Promulgator>{_NAME}</Promulgator><PromulgationDate>2026-09-10</PromulgationDate></PromulgationInfo>"
        f"<DocumentType>Công văn</DocumentType><Subject>{_SUBJECT}</Subject><SignerInfo><Signer>{_NAME}</Signer></SignerInfo>"
        f"<OtherInfo><PageAmount>1</PageAmount></OtherInfo><DocumentId>{document}</DocumentId><TraceHeaderList><TraceHeader>"
        "<Time>2026-09-10T15:30:00</Time><Path><From>H05.12</From><To>H26.04</To></Path></TraceHeader></TraceHeaderList></MessageHeader>"
        f"<Manifest><Attachment><Content>{_BASE64}</Content><FileName>{_FILE}</FileName></Attachment></Manifest></{root}>"
    ).encode()
