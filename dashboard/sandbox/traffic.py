"""What one province's gateway sends, message after message: mostly in order, and now and then as it happens in the wild.

Given the seed and the instants at which it is asked, the messages are the same; only signatures differ, for their keys are made anew.
"""

import datetime as dt
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from dashboard.catalog import AgencyTier
from dashboard.formats import HANOI
from dashboard.periods import working_day_after
from dashboard.sandbox import plausible
from dashboard.sandbox.country import Player
from dashboard.sandbox.edoc import Document, Office, Status
from dashboard.sandbox.malformed import spoiled
from dashboard.sandbox.signature import MANNERS, Signer

Kind = Literal["new", "status", "repeat", "recall", "early_recall", "update", "replace", "malformed"]
_WEIGHTS: Final[tuple[tuple[Kind, int], ...]] = (
    ("new", 520),
    ("status", 380),
    ("repeat", 30),
    ("recall", 12),
    ("early_recall", 4),
    ("update", 12),
    ("replace", 12),
    ("malformed", 14),
)
_REMEMBERED: Final = 50
_OUT_OF_ORDER: Final = 0.12
_NOTATIONS: Final[dict[AgencyTier, str]] = {"province": "UBND-TH", "district": "UBND-VP", "commune": "UBND", "central": "VP"}
_COPIED: Final = 3
_WITH_PDF: Final = 0.06
_PERSONS: Final = 12
"""Of one province who sign in person."""


@dataclass(frozen=True, slots=True)
class Message:
    """One request of a gateway: the door it goes to, its content, and what it was meant as."""

    door: Literal["sendEdoc", "updateStatus"]
    kind: Kind
    content: bytes


@dataclass
class Traffic:
    """The messages of one province; `others` are those it writes to and hears from, `pdfs` signed attachments (base64) of some."""

    player: Player
    others: Sequence[Player]
    seed: int
    days_off: frozenset[dt.date]
    signer: Signer = field(default_factory=Signer)
    pdfs: Sequence[str] = ()
    _sent: deque[tuple[Document, Message]] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def __post_init__(self) -> None:
        """Begins the counting of documents somewhere of its own."""
        self._rng = random.Random(f"{self.seed}|traffic|{self.player.unit}")
        self._signing = random.Random(f"{self.seed}|signing|{self.player.unit}")
        self._number = self._rng.randrange(1, 900_000)

    def next(self, now: dt.datetime) -> list[Message]:
        """What the gateway sends at an instant (aware): one message, or several that belong together, in the order in which they go."""
        now = now.astimezone(HANOI).replace(microsecond=0)
        kind = self._rng.choices([one for one, _ in _WEIGHTS], [weight for _, weight in _WEIGHTS])[0]
        if kind == "status":
            return self._receipt(now)
        if kind == "malformed":
            return [Message("sendEdoc", kind, spoiled(self._rng, self._document(now).xml()))]
        if kind == "early_recall":
            return self._recall_that_overtakes(now)
        if kind == "new" or not self._sent:
            return [self._post("new", self._document(now))]
        if kind == "repeat":
            return [replace(self._rng.choice(self._sent)[1], kind="repeat")]
        return [self._follow(kind, self._rng.choice(self._sent)[0], now)]

    def _document(self, now: dt.datetime) -> Document:
        self._number += 1
        rng = self._rng
        tier = rng.choice(plausible.tiers_on(now.date()))
        prompt = rng.random() < plausible.prompt_share(self.player, now.date(), tier)
        return Document(
            sender=self._office(self.player, tier),
            receivers=tuple(
                self._office(one, "province") for one in rng.sample(self.others, rng.randint(1, min(_COPIED, len(self.others))))
            ),
            number=self._number,
            notation=_NOTATIONS[tier],
            signed_on=now.date() if prompt else self._long_ago(now.date()),
            sent_at=now,
            paper=rng.random() >= plausible.electronic_share(self.player, now.date(), tier),
            prefix="" if self._number % 7 == 0 else "edXML:",
            priority=3 if self._number % 97 == 0 else 1 if self._number % 11 == 0 else 0,
        )

    def _long_ago(self, day: dt.date) -> dt.date:
        """A day from which the next working day is over."""
        signed = day - dt.timedelta(days=self._rng.randint(3, 9))
        while working_day_after(signed, 1, self.days_off) >= day:
            signed -= dt.timedelta(days=1)
        return signed

    def _post(self, kind: Kind, document: Document) -> Message:
        tier: AgencyTier = _tier_of(document.sender)
        if self.pdfs and self._signing.random() < _WITH_PDF:
            document = replace(document, pdf=self._signing.choice(self.pdfs))
        content = document.xml()
        if self._rng.random() < plausible.signed_share(self.player, document.sent_at.date(), tier):
            manner = self._signing.choices([one for one, _ in MANNERS], [weight for _, weight in MANNERS])[0]
            content = self.signer.signed(content, agency_of(self.player), manner, 1 + document.number % _PERSONS)
        message = Message("sendEdoc", kind, content)
        self._sent.append((document, message))
        return message

    def _follow(self, kind: Kind, earlier: Document, now: dt.datetime) -> Message:
        """A recall, an update or a replacement of something that was sent."""
        business = {"recall": 1, "update": 2, "replace": 3}[kind]
        later = replace(earlier, sent_at=now, business=business, target=earlier.identifier)
        if kind != "update":
            self._number += 1
            later = replace(later, number=self._number, signed_on=now.date())
        message = Message("sendEdoc", kind, later.xml())
        if kind == "recall":
            self._sent.remove(next(one for one in self._sent if one[0] is earlier))
        return message

    def _recall_that_overtakes(self, now: dt.datetime) -> list[Message]:
        document = replace(self._document(now), sent_at=now - dt.timedelta(seconds=40))
        self._number += 1
        recall = replace(document, number=self._number, sent_at=now, business=1, target=document.identifier)
        return [Message("sendEdoc", "early_recall", recall.xml()), Message("sendEdoc", "early_recall", document.xml())]

    def _receipt(self, now: dt.datetime) -> list[Message]:
        """A document of somebody else arrived some hours ago, and is accepted, or refused, now; the words may come in the wrong order."""
        rng = self._rng
        tier = rng.choice(plausible.tiers_on(now.date()))
        speaker, owner = self._office(self.player, tier), self._office(rng.choice(self.others), "province")
        hours = rng.lognormvariate(0.0, 1.15) * plausible.median_hours(self.player, now.date())
        arrived = now - dt.timedelta(hours=min(hours, 400.0))
        document = f"{owner.organ_id},{arrived:%Y/%m/%d},{rng.randrange(1, 90_000)}/UBND-TH"
        decision = "02" if rng.random() < 0.015 else "03"
        said = [("01", arrived), (decision, now)]
        if decision == "03" and rng.random() < 0.3:
            said.append((rng.choice(("04", "05", "06")), now))
        if rng.random() < _OUT_OF_ORDER:
            rng.shuffle(said)
        return [Message("updateStatus", "status", Status(speaker, owner, document, code, at).xml()) for code, at in said]

    def _office(self, player: Player, tier: AgencyTier) -> Office:
        """An agency of a tier in a province; its code says its province, and its name its tier."""
        if tier == "province":
            return Office(player.code, agency_of(player))
        number = self._rng.randint(1, 60)
        kind, below = ("huyện", 30) if tier == "district" else ("xã", 100)
        return Office(f"{player.code}.{below + number}", f"UBND {kind} Mô Phỏng {number}")


def agency_of(player: Player) -> str:
    """The name in the certificate of a province's agencies."""
    return f"UBND {player.name} (mô phỏng)"


def _tier_of(office: Office) -> AgencyTier:
    return "province" if "." not in office.code else "district" if "huyện" in office.name else "commune"
