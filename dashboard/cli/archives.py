"""`ingest FEED --file F` for a feed of messages: one message, a zip, or a tar of millions, with a bar that says how far it is."""

from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from dashboard import messages
from dashboard.checks import Checker
from dashboard.feeds.base import Feed, Taken
from dashboard.ingest import Desk

_SHOWN = 20


def read(desk: Desk, feed: Feed, file: Path, checker: Checker | None = None) -> int:
    """Lands the file; 0, for what it could not read at all was raised. Raises NotFound, FeedError, StoreUnavailable."""
    count = news = held = 0
    reasons: dict[str, str] = {}
    hear = partial(_check, checker, feed) if checker is not None else None
    # The bar goes to stderr, so that what the command says in the end can be piped on.
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(file.name, total=file.stat().st_size if file.is_file() else None)
        for step in messages.land_archive(desk, feed, file, hear):
            count, news, held = step.messages, news + len(step.landed.news), held + len(step.landed.held)
            reasons = dict([*reasons.items(), *step.landed.held.items()][:_SHOWN])
            bar.update(task, completed=step.position, description=f"{file.name}: {count} bản tin")
        if checker is not None:
            bar.update(task, description=f"{file.name}: chữ ký số")
            checker.settle()
    print(f"{file.name}: {count} bản tin, {news} có điều mới, {count - news - held} đã biết, {held} giữ lại")
    _tell(reasons, held)
    return 0


def preview(desk: Desk, feed: Feed, file: Path) -> int:
    """Tells what landing would bring, and writes nothing. Raises as `read` does."""
    count = held = 0
    reasons: dict[str, str] = {}
    for size, doubtful in messages.preview_archive(desk, feed, file):
        count, held = count + size, held + len(doubtful)
        reasons = dict([*reasons.items(), *((one.record, one.reason) for one in doubtful)][:_SHOWN])
    print(f"{file.name}: {count} bản tin, sẽ nhận {count - held}, giữ lại {held}")
    _tell(reasons, held)
    return 0


def _check(checker: Checker, feed: Feed, content: bytes, taken: Taken) -> None:
    checker.offer(content, taken, feed.provenance, wait=True)


def _tell(reasons: dict[str, str], held: int) -> None:
    for record, reason in reasons.items():
        print(f"  {record}: {reason}")
    if held > len(reasons):
        print(f"  … và {held - len(reasons)} bản tin khác")
