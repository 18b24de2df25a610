"""What happens between "the database runs" and "people may come in", told step by step."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from dashboard.access import people
from dashboard.access.passwords import new_password
from dashboard.access.roles import Role
from dashboard.ingest import Desk, Report, load_published
from dashboard.store import Store
from dashboard.store.migrate import migrate

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account that `--demo` makes, so that every role can be tried."""

    username: str
    display_name: str
    role: Role
    unit: str | None = None


DEMO_ACCOUNTS = (
    DemoAccount("quantri", "Quản trị hệ thống", Role.ADMINISTRATOR),
    DemoAccount("tocongtac", "Tổ công tác", Role.WORKING_GROUP),
    DemoAccount("lanhdao", "Lãnh đạo", Role.LEADER),
    DemoAccount("bacninh", "Tỉnh Bắc Ninh", Role.PROVINCE, "bac_ninh_2025"),
    DemoAccount("bacninh.duyet", "Bắc Ninh, người duyệt báo cáo", Role.PROVINCE_APPROVER, "bac_ninh_2025"),
    DemoAccount("phutho", "Tỉnh Phú Thọ", Role.PROVINCE, "phu_tho_2025"),
    DemoAccount("phutho.duyet", "Phú Thọ, người duyệt báo cáo", Role.PROVINCE_APPROVER, "phu_tho_2025"),
)


@contextmanager
def progress(console: Console, steps: int) -> Iterator[Tell]:
    """Yields a function that announces the next of so many steps: a bar at a terminal, plain lines elsewhere."""
    if not console.is_terminal:
        yield lambda text: console.print(f"· {text}", markup=False, highlight=False, soft_wrap=True)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=steps)
        yield lambda text: bar.update(task, description=text, advance=1)


def open_store(url: str, tell: Tell) -> Store:
    """The store at an address, with the newest schema. Raises StoreUnavailable."""
    store = Store.open(url, connections=2)
    tell("Cập nhật lược đồ dữ liệu")
    store.check()
    migrate(store)
    return store


def load(desk: Desk, tell: Tell) -> list[Report]:
    """Reads the published figures, naming each source; gives back the sources with something to look at."""
    remarkable = []
    for report in load_published(desk):
        if report.error is not None:
            tell(f"{report.source or report.feed}: không đọc được")
            remarkable.append(report)
        elif report.landing is not None:
            tell(
                f"{report.source}: {report.landing.landed} số liệu mới, {report.landing.unchanged} không đổi, {report.landing.held} giữ lại"
            )
            if report.landing.held:
                remarkable.append(report)
    return remarkable


def demo_accounts(store: Store) -> list[tuple[DemoAccount, str]]:
    """Makes the demo accounts that are not there yet; gives back each with its password, which is nowhere else."""
    made = []
    for account in DEMO_ACCOUNTS:
        if not people.exists(store, account.username):
            password = new_password()
            people.create(store, account.username, account.display_name, account.role, account.unit, password)
            made.append((account, password))
    return made


def announce(console: Console, address: str, accounts: list[tuple[DemoAccount, str]], remarkable: list[Report], *, demo: bool) -> None:
    """Prints where the board is, the new accounts with their passwords (only here and now), and the sources to look at."""
    for report in remarkable:
        held = report.landing.held if report.landing is not None else 0
        console.print(
            f"! {report.source or report.feed}: {report.error or f'{held} dòng giữ lại, xem lý do ở trang Nguồn số liệu'}", markup=False
        )
    if accounts:
        console.print("Tài khoản dùng thử — mật khẩu chỉ in một lần này, hãy ghi lại:")
        table = Table("Tên đăng nhập", "Mật khẩu", "Vai trò")
        for account, password in accounts:
            table.add_row(account.username, password, account.display_name)
        console.print(table)
    elif demo:
        console.print(
            "Tài khoản dùng thử đã có từ lần chạy đầu. Quên mật khẩu: .venv/bin/python -m dashboard user password TÊN",
            highlight=False,
            soft_wrap=True,
        )
    console.print(f"Bảng điều hành đã sẵn sàng: {address}", markup=False, highlight=False, soft_wrap=True)
    console.print("Dừng: Ctrl-C", highlight=False)
