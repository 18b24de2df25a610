"""All signatures of one message, and what they make together."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml import etree

from dashboard.feeds.edxml import tree
from dashboard.feeds.verdicts import Verdict
from dashboard.signatures import attached, envelope
from dashboard.signatures.findings import Finding, Signer, worst
from dashboard.signatures.trust import TrustList

_HASH_BYTES: Final = 16
_PERSON: Final = b"signer"


@dataclass(frozen=True)
class Verifier:
    """Checks messages against one list; `key` is the database's secret, under which holders of certificates are told apart."""

    trust: TrustList
    key: bytes

    def verdict(self, content: bytes, at: datetime) -> Verdict:
        """What the signatures of a message are worth at the instant of its sending. Raises RowFault for bytes that are no message."""
        root = tree(content, as_signed=True)
        findings = [*envelope.check(root, at, self.trust), *self._attached(root, at)]
        found = worst(findings)
        # Where one signature fails nobody signed the document: its holders count only when all of them hold.
        signers = [one.signer for one in findings if one.signer is not None and found.state == "valid"]
        people = {self._hash(one) for one in signers if one.kind == "person"}
        sha1, by_agency = any(one.sha1 for one in findings), any(one.kind == "agency" for one in signers)
        return Verdict(found.state, found.reason, sha1, by_agency, tuple(sorted(people)))

    def _attached(self, root: etree._Element, at: datetime) -> list[Finding]:
        found: list[Finding] = []
        for one in attached.signed_pdfs(root):
            from dashboard.signatures import pdf  # heavy, and most messages bring none

            found += pdf.check(one, at, self.trust)
        return found

    def _hash(self, signer: Signer) -> str:
        return hashlib.blake2b(signer.identity.encode(), key=self.key, digest_size=_HASH_BYTES, person=_PERSON).hexdigest()
