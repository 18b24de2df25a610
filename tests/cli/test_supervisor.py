"""The end that a signal asks for: at the next step of a start, and at once when somebody insists."""

import signal
from collections.abc import Iterator

import pytest

from dashboard.cli.supervisor import Ending

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def ending() -> Iterator[Ending]:
    """One that hears this process's signals, as long as the test lasts."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield Ending()
    for number, handler in before.items():
        signal.signal(number, handler)


def test_nobody_asked(ending: Ending) -> None:
    ending.check()
    assert not ending.is_asked


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_is_heard_at_the_next_check_and_the_second_at_once(ending: Ending, number: signal.Signals) -> None:
    signal.raise_signal(number)
    with pytest.raises(KeyboardInterrupt):
        ending.check()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
