"""The national document axis: edXML documents and statuses as statements about two kinds of subjects.

- A *document*, known by its identifier and its sender, however often and in whatever order it is sent. A later statement about its paper
  copy or signature counts; of all sendings the first. One that was recalled, or asked back and not refused, counts as recalled and no
  longer as sent; one that another replaced counts no longer, for the other stands in its place. All on the day of its first sending in
  +07:00.
- A *receipt*, known by document and receiver: what the receiving agency says of it. It counts on the day of its first word about it;
  whoever assigned or finished a document has accepted it; of acceptance and refusal the later counts. The hours from arrival (01) to
  acceptance (03) are counted only when both were said, and in that order.

A recall, a replacement, a status or the verdict on its signatures may come before the document: it then waits in the ledger and counts
nothing. Who signed in person is a third kind of subject, a month's signer (`verdicts.py`).
Law: Decision 28/2018/QĐ-TTg (sent on the day of signing, or by noon of the next working day); QCVN 102:2016/BTTTT (edXML).
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from dashboard.feeds import document_days, remains, verdicts
from dashboard.feeds.agencies import Agency, agency, canonical
from dashboard.feeds.archive import Member, is_archive, members, pack
from dashboard.feeds.base import Context, Feed, RowFault, Rules, Source, Taken, excerpt_of_table
from dashboard.feeds.document_days import BUCKETS, HOURS
from dashboard.feeds.edoc import RECALL, REPLACE, Answered, Message, Sent, identifier, read, word, word_of_kept
from dashboard.feeds.edxml import Node, opened, written
from dashboard.formats import HANOI
from dashboard.observations import Attribute, Entry, Event, Held, Parsed, Tally
from dashboard.periods import working_day_after

NOON = time(12)

_RAW_LONGEST = 2_000
_RECALL_STATES = {"13": "asked", "15": "granted", "16": "refused"}
_DECISIONS = {"02": "refused", "03": "accepted", "04": "accepted", "05": "accepted", "06": "accepted"}


def take(record: str, content: bytes, context: Context) -> Taken:
    """What one message says, or why it is held; and what may be kept of it."""
    if (reason := remains.reason_of(content)) is not None:
        kept = remains.kept_again(content, reason)
        return Taken(kept, "", "", held=Held(record, reason, kept.decode()))
    try:
        root = opened(content)
    except RowFault as fault:
        kept = remains.remains(content, str(fault))
        return Taken(kept, "", "", held=Held(record, str(fault), kept.decode()))
    kept, subject = written(root), identifier(root)
    try:
        message = read(root)
        events = tuple(_events(message, record, context))
        speaker = canonical(message.sender.code)
        return Taken(kept, subject or _document(message), speaker, events, about=_about(subject, speaker, word(message.said)))
    except RowFault as fault:
        speaker = _speaker(root)
        held = Held(record, str(fault), _as_text(root))
        return Taken(kept, subject, speaker, held=held, about=_about(subject, speaker, word_of_kept(root)))


def parse(source: Source, context: Context) -> Parsed:
    """Statements of every message of a source; what cannot be read is held under its name in the source. Raises FeedError."""
    if document_days.is_table(source.content):
        return document_days.parse(source, context)
    if verdicts.is_table(source.content):
        return verdicts.parse(source, context)
    taken = [take(member.name, member.content, context) for member in members(source.name, source.content)]
    held = tuple(one.held for one in taken if one.held is not None)
    return Parsed((), held, tuple(event for one in taken for event in one.events))


def keep(content: bytes) -> bytes:
    """The source without persons, subjects and attachments: one message as XML, an archive as a zip. Raises FeedError."""
    if is_own(content):
        return content
    if not is_archive(content):
        return _kept(content)
    return pack(Member(one.name, _kept(one.content)) for one in members("", content))


def is_own(content: bytes) -> bool:
    """Whether bytes are no messages but a table that this program wrote itself: counted days, or verdicts on signatures."""
    return document_days.is_table(content) or verdicts.is_table(content)


def excerpt(source: Source, record: str) -> list[tuple[str, str]]:
    """The kept fields of one message as (place, text) pairs; empty when there is no such message."""
    if document_days.is_table(source.content):
        return excerpt_of_table(source, record)
    if verdicts.is_table(source.content):
        return verdicts.shown(excerpt_of_table(source, record))
    found = next((one.content for one in members(source.name, source.content) if one.name == record), None)
    if found is None:
        return []
    try:
        return list(opened(found).leaves()) or [("(trống)", "không có trường nào được giữ")]
    except RowFault as fault:
        return remains.fields(remains.remains(found, str(fault)) if remains.reason_of(found) is None else found)


def _kept(content: bytes) -> bytes:
    if (reason := remains.reason_of(content)) is not None:
        return remains.kept_again(content, reason)
    try:
        return written(opened(content))
    except RowFault as fault:
        return remains.remains(content, str(fault))


def _as_text(root: Node) -> str:
    return "\n".join(f"{place}: {text}" for place, text in root.leaves())[:_RAW_LONGEST]


def _speaker(root: Node) -> str:
    try:
        return canonical(root.find("From").first("OrganId").text)
    except RowFault:
        return ""


def _about(subject: str, speaker: str, word: str) -> str:
    """Who says which word of which document; empty when that is not clear."""
    return f"{word}|{speaker}|{subject}" if subject and speaker else ""


def _document(message: Message) -> str:
    return message.said.document


def _events(message: Message, record: str, context: Context) -> Iterator[Event]:
    if isinstance(message.said, Answered):
        yield _answer(message, message.said, record, context)
    else:
        yield from _sending(message, message.said, record, context)


def _sending(message: Message, said: Sent, record: str, context: Context) -> Iterator[Event]:
    """What a document's message says of it, and of the documents that it recalls, updates or replaces."""
    sent_on = said.sent_at.astimezone(HANOI).date()
    if sent_on < said.signed_on:
        raise RowFault(f"gửi ngày {sent_on:%d/%m/%Y}, trước ngày ban hành {said.signed_on:%d/%m/%Y}")
    sender = agency(message.sender.code, message.sender.name, sent_on, context)

    def about(document: str, attributes: Mapping[str, Attribute]) -> Event:
        return Event(_key("document", sender.code, document), sender.unit, said.sent_at, attributes, record)

    if said.business == RECALL:
        yield from (about(target, {"recall": "asked"}) for target in said.targets)
    elif said.business == REPLACE:
        yield about(said.document, _sent_attributes(said, sender))
        own = _same(said.document)
        yield from (about(target, {"replaced": True}) for target in said.targets if _same(target) != own)
    else:
        yield from (about(target, _sent_attributes(said, sender)) for target in said.targets or (said.document,))


def _sent_attributes(said: Sent, sender: Agency) -> dict[str, Attribute]:
    attributes: dict[str, Attribute] = {
        "sent": _moment(said.sent_at, sender),
        "signed_on": said.signed_on.isoformat(),
        "signed": said.signed,
    }
    if said.paper is not None:
        attributes["paper"] = said.paper
    if said.urgency is not None:
        attributes["urgency"] = said.urgency
    return attributes


def _answer(message: Message, said: Answered, record: str, context: Context) -> Event:
    on = said.at.astimezone(HANOI).date()
    speaker = agency(message.sender.code, message.sender.name, on, context)
    if said.status in _RECALL_STATES:
        # Only 13 is the sender's own word, and some leave out whose document it is.
        owner = canonical(said.owner or (message.sender.code if said.status == "13" else _owner(said)))
        return Event(_key("document", owner, said.document), speaker.unit, said.at, {"recall": _RECALL_STATES[said.status]}, record)
    key = _key("receipt", canonical(said.owner or _owner(said)), said.document) + f"|{speaker.code}"
    attributes: dict[str, Attribute] = {"handled": _moment(said.at, speaker)}
    if said.status in _DECISIONS:
        attributes["decision"] = _DECISIONS[said.status]
    if said.status in ("01", "03"):
        attributes["arrived_at" if said.status == "01" else "accepted_at"] = _utc(said.at)
    return Event(key, speaker.unit, said.at, attributes, record)


def _owner(said: Answered) -> str:
    """The sender's code, from the standard's form of an identifier. `canonical` refuses anything else."""
    return said.document.partition(",")[0]


def _key(kind: str, owner: str, document: str) -> str:
    return f"{kind}|{owner}|{_same(document)}"


def _same(document: str) -> str:
    """One form of an identifier: `<agency>,<yyyy/MM/dd>,<number>/<notation>` with the agency in its canonical form, or whatever else it
    is."""
    plain = "".join(document.upper().split())
    code, comma, rest = plain.partition(",")
    try:
        return canonical(code) + comma + rest.replace("-", "/", 2 if rest[4:5] == "-" else 0) if comma else plain
    except RowFault:
        return plain


def _moment(at: datetime, who: Agency) -> str:
    """When and by whom in one text, so that of several such the earliest brings its own unit and tier along."""
    return f"{_utc(at)}|{who.unit}|{who.tier}"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def tally(entry: Entry, days_off: frozenset[date]) -> tuple[Tally, ...]:
    """What one document or receipt adds to its day; nothing while it is only known from what others said of it."""
    known = entry.attributes
    if "sent" in known:
        return tuple(_of_document(known, days_off))
    if "handled" in known:
        return tuple(_of_receipt(known))
    if "counted" in known:
        return tuple(document_days.tally(entry))
    if "signing" in known:
        return tuple(verdicts.of_signer(entry))
    return ()


def _of_document(known: Mapping[str, Attribute], days_off: frozenset[date]) -> Iterator[Tally]:
    at, unit, detail = _read_moment(known["sent"])
    day = at.date()
    if known.get("urgency"):
        detail += f",urgency={known['urgency']}"
    if known.get("recall") in ("asked", "granted"):
        yield Tally("documents_recalled", unit, day, detail)
    elif not known.get("replaced"):
        latest = datetime.combine(working_day_after(date.fromisoformat(str(known["signed_on"])), 1, days_off), NOON, HANOI)
        yield Tally("documents_sent", unit, day, detail)
        for measure, counts in (
            ("documents_electronic", known.get("paper") is False),
            ("documents_signed", known.get("signed") is True),
            ("documents_sent_on_time", at < latest),
        ):
            if counts:
                yield Tally(measure, unit, day, detail)
        if "verdict" in known:
            yield from (Tally(measure, unit, day, detail) for measure in verdicts.of_document(known["verdict"]))


def _of_receipt(known: Mapping[str, Attribute]) -> Iterator[Tally]:
    at, unit, detail = _read_moment(known["handled"])
    day = at.date()
    yield Tally("documents_received", unit, day, detail)
    decision = known.get("decision")
    if decision is not None:
        yield Tally(f"documents_{decision}", unit, day, detail)
    if "arrived_at" in known and "accepted_at" in known:
        waited = datetime.fromisoformat(str(known["accepted_at"])) - datetime.fromisoformat(str(known["arrived_at"]))
        if waited.total_seconds() >= 0:
            yield Tally("acceptance_hours", unit, day, f"bucket={_bucket(waited.total_seconds() / 3600)},{detail}")


def _bucket(hours: float) -> str:
    return BUCKETS[bisect_left(HOURS, hours)]


def _read_moment(text: Attribute) -> tuple[datetime, str, str]:
    at, unit, tier = str(text).split("|")
    return datetime.fromisoformat(at).astimezone(HANOI), unit, f"tier={tier}"


def _nothing(_: Path) -> Iterator[Source]:
    """Gateways push; nobody is asked."""
    return iter(())


FEED = Feed(
    key="document_axis",
    name_vi="Trục liên thông văn bản quốc gia",
    publisher="Trục liên thông văn bản quốc gia",
    provenance="official",
    every=None,
    fetch=_nothing,
    parse=parse,
    excerpt=excerpt,
    at_least=0,
    rules=Rules(tally, earliest=frozenset({"sent", "handled", "arrived_at", "accepted_at", "signing"})),
    keep=keep,
    take=take,
    is_own=is_own,
    # Thirty-four gateways send all through office hours: a quarter of an hour without a word from any of them is no accident.
    silent_after=timedelta(minutes=15),
)
