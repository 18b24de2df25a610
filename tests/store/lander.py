"""A process that lands letters until it is killed: after each batch that was kept it says so. `python -m tests.store.lander URL`"""

import sys
from collections.abc import Iterator

from dashboard.observations import Event
from dashboard.store import Store
from tests.store.small_country import REGION, letter, post

LETTERS_A_BATCH = 25


def batch(number: int) -> Iterator[Event]:
    """The letters of one batch; half of them are told of in the next one once more."""
    for one in range(LETTERS_A_BATCH * number - LETTERS_A_BATCH // 2 * (number > 0), LETTERS_A_BATCH * (number + 1)):
        yield letter(str(one), sorted(REGION)[one % 4], one % 60, sent=f"2026-10-{one % 28 + 1:02d}T01:00:00", signed=one % 2 == 0)


def main(url: str) -> None:
    """Lands batch after batch, from the first: a gateway sends again what it was not told is kept."""
    store = Store.open(url)
    number = 0
    while True:
        post(store, *batch(number), source=f"batch {number}")
        print(number, flush=True)
        number += 1


if __name__ == "__main__":
    main(sys.argv[1])
