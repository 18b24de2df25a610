"""Messages as they should not be: each kind is one that a gateway of the real world has been seen to send, or might."""

import random
import re
from collections.abc import Callable
from typing import Final


def _cut_off(xml: bytes) -> bytes:
    return xml[: len(xml) * 2 // 3]


def _no_xml(_: bytes) -> bytes:
    return "Lỗi: máy chủ mô phỏng không tạo được bản tin".encode()


def _with_entity(xml: bytes) -> bytes:
    return xml.replace(b"<edXML ", b'<!DOCTYPE edXML [<!ENTITY ten "mo phong">]><edXML ', 1)


def _impossible_day(xml: bytes) -> bytes:
    return re.sub(rb"(PromulgationDate>)\d{4}/\d\d/\d\d", rb"\g<1>2025/02/30", xml)


def _nobody(xml: bytes) -> bytes:
    return re.sub(rb"<((?:edXML:)?)To>.*?</\1To>", b"", xml)


def _odd_paper(xml: bytes) -> bytes:
    return re.sub(rb"(Paper>)[01]", b"\\g<1>co", xml)


def _no_stamp(xml: bytes) -> bytes:
    return re.sub(rb"(Timestamp>)[^<]*", b"\\g<1>", xml)


WAYS: Final[tuple[Callable[[bytes], bytes], ...]] = (_cut_off, _no_xml, _with_entity, _impossible_day, _nobody, _odd_paper, _no_stamp)


def spoiled(rng: random.Random, xml: bytes) -> bytes:
    """The message, spoiled in one of the ways."""
    return rng.choice(WAYS)(xml)
