"""`store rebuild`: makes anew what is derived, and shows how far it is."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from dashboard.ingest import Desk
from dashboard.store import rebuild as store_rebuild
from dashboard.store.folding import Folding
from dashboard.store.ledger import Counting


def rebuild(desk: Desk) -> int:
    """Recounts the ledgers of all feeds and sums all measures anew; the number of cells that stood otherwise."""
    feeds = desk.feeds
    counting = {key: Counting(feed.rules, desk.days_off) for key, feed in feeds.items() if feed.rules is not None}
    names = {key: f"Đếm lại: {feeds[key].name_vi}" for key in counting} | {"sums": "Cộng lại các đại lượng"}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(names[what], total=total)
            bar.update(tasks[what], completed=done, total=total)

        return store_rebuild.rebuild(desk.store, Folding.of(desk.catalog, desk.units), counting, tell)
