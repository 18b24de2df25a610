"""The brake on asking."""

import time

import pytest

from dashboard.access.throttle import Pace


def test_so_many_at_once_then_one_in_a_while_and_each_address_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    pace = Pace(at_once=3, seconds=10)
    assert [pace.wait("a") for _ in range(5)] == [0, 0, 0, 10, 10]
    assert pace.wait("b") == 0
    now[0] += 9
    assert pace.wait("a") == 1
    now[0] += 1
    assert [pace.wait("a"), pace.wait("a")] == [0, 10]
    now[0] += 1000
    assert [pace.wait("a") for _ in range(4)] == [0, 0, 0, 10]
