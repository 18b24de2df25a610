"""Answers kept as bytes, within a bound."""

from dashboard.api.answers import Kept


def test_what_is_kept_comes_back_until_others_need_the_room() -> None:
    kept = Kept(most_bytes=10)
    kept.put("a", b"12345")
    kept.put("b", b"12345")
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (b"12345", b"12345", None)
    kept.get("a")
    kept.put("c", b"1")
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (b"12345", None, b"1"), "the one least asked for went"


def test_the_same_tag_is_counted_once() -> None:
    kept = Kept(most_bytes=10)
    for _ in range(5):
        kept.put("a", b"12345678")
    assert kept.get("a") == b"12345678"


def test_an_answer_larger_than_all_the_room_is_not_kept() -> None:
    kept = Kept(most_bytes=10)
    kept.put("a", b"x" * 11)
    assert kept.get("a") is None
    kept.put("b", b"1")
    assert kept.get("b") == b"1"
