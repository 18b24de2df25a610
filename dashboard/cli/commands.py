"""`python -m dashboard …`: an operator's commands. Each calls the room that does the work, and says what came of it."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from dashboard.cli import accounts, ending, exporting, logs, playing, processes, rooms, walls
from dashboard.errors import ConfigurationError, FeedError

app = typer.Typer(
    add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True, help="Bảng điều hành chuyển đổi số: các lệnh vận hành."
)
store_app = typer.Typer(no_args_is_help=True, help="The database.")
app.command()(processes.web)
app.command()(processes.clock)
app.command()(processes.relay)
app.command()(processes.vision)
app.command()(processes.blurrer)
app.command()(playing.sandbox)
app.add_typer(store_app, name="store")
app.add_typer(accounts.user_app, name="user")
app.add_typer(accounts.token_app, name="token")
app.add_typer(walls.wall_app, name="wall")
app.add_typer(exporting.export_app, name="export")


@app.command()
def ingest(
    feed: Annotated[str, typer.Argument(help="key of the feed, such as dvcqg_766")],
    file: Annotated[Path | None, typer.Option(help="read this file instead of the feed's own sources")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would land")] = False,
    replay: Annotated[str | None, typer.Option(help="read again what was kept: the number of a run, or “held” for the quarantine")] = None,
) -> None:
    """Reads a feed now. Ends with 1 when a source could not be read."""
    if replay is not None and (file is not None or dry_run):
        raise ConfigurationError("--replay reads what was kept: it goes with neither --file nor --dry-run")
    settings = rooms.read_settings()
    logs.set_up("warning")
    from dashboard.cli import reading

    with rooms.opened_store(settings) as store:
        desk = rooms.ingest_desk(settings, store, rooms.read_definitions(settings))
        if replay is not None:
            failed = reading.replay(desk, feed, replay)
        else:
            failed = reading.preview(desk, feed, file) if dry_run else reading.read(desk, feed, file, rooms.checker(settings, desk))
    if failed:
        raise FeedError(f"{feed}: {failed} of its sources could not be read")


@store_app.command()
def migrate() -> None:
    """Brings the database to the newest schema."""
    settings = rooms.read_settings()
    from dashboard.store import Store
    from dashboard.store import migrate as migrations

    with rooms.database(settings) as url:
        store = Store.open(url, connections=1)
        try:
            store.check()
            changed = migrations.migrate(store)
        finally:
            store.close()
    print("lược đồ đã được cập nhật" if changed else "lược đồ đã là mới nhất")


@store_app.command()
def rebuild() -> None:
    """Counts the ledger anew by today's rules, and makes every sum of days and units anew; where all was well nothing changes."""
    settings = rooms.read_settings()
    logs.set_up("warning")
    from dashboard.cli import rebuilding

    with rooms.opened_store(settings) as store:
        changed = rebuilding.rebuild(rooms.ingest_desk(settings, store, rooms.read_definitions(settings)))
    print(f"đã dựng lại: {changed} số liệu đã được sửa" if changed else "đã dựng lại: mọi số liệu vẫn đúng")


@app.command()
def check() -> None:
    """Checks settings, `data/`, the registries of feeds and pages, and the database."""
    settings = rooms.read_settings()
    definitions = rooms.read_definitions(settings)
    from dashboard.pages import all_pages
    from dashboard.periods import load_holidays
    from dashboard.signatures.trust import TrustList

    load_holidays(settings.data_dir / "holidays.csv")
    rooms.read_walls(settings, definitions)
    TrustList.load(rooms.trust_folder(settings))
    feeds, pages = definitions.feeds, all_pages()
    if not feeds or not pages:
        raise ConfigurationError("no feed or no page was found: the installation is not whole")
    with rooms.opened_store(settings):
        pass
    print(f"tốt: {len(definitions.catalog.indicators)} chỉ tiêu, {len(feeds)} nguồn, {len(pages)} trang, cơ sở dữ liệu trả lời")


@app.command()
def relay_helper() -> None:
    """Builds the relays' inner loop in C, and proves it: less CPU a viewer. Needs Linux and a C compiler; relays go without as well."""
    settings = rooms.read_settings()
    logs.set_up("warning")
    from dashboard.camera import compiled

    made = compiled.build(settings.var_dir)
    print(f"đã dựng {made}: máy chuyển tiếp camera nào khởi động từ bây giờ sẽ dùng nó (tắt: DASHBOARD_RELAY_HELPER=off)")


def main() -> NoReturn:
    """Runs a command with the arguments of this process."""
    ending.run(app, "python -m dashboard")
