"""`user …` and `token …`: people and machines that may come in."""

import sys
from typing import Annotated

import typer

from dashboard.cli import rooms
from dashboard.errors import ConfigurationError

user_app = typer.Typer(no_args_is_help=True, help="People with a local account.")
token_app = typer.Typer(no_args_is_help=True, help="Tokens of the API.")

Username = Annotated[str, typer.Argument(help="user name")]


@user_app.command("add")
def add_user(
    username: Username,
    role: Annotated[str, typer.Option(help="administrator, working_group, leader, province or province_approver")],
    name: Annotated[str, typer.Option(help="name shown on screen; the user name otherwise")] = "",
    unit: Annotated[str | None, typer.Option(help="unit of a province's account, such as bac_ninh_2025")] = None,
) -> None:
    """Adds a person. The password is asked for at a terminal, or read from the first line of stdin."""
    settings = rooms.read_settings()
    from dashboard.access import people
    from dashboard.access.roles import Role

    if role not in [known.value for known in Role if known is not Role.WALL_DEVICE]:
        raise ConfigurationError(f"role {role}: there are administrator, working_group, leader, province and province_approver")
    if unit is not None:
        rooms.read_definitions(settings).units.get(unit)
    password = _ask_password()
    with rooms.opened_store(settings) as store:
        people.create(store, username, name, Role(role), unit, password)
    print(f"đã thêm {username}")


@user_app.command("list")
def list_users() -> None:
    """Everybody: user name, role, unit, name, and whether the account is disabled."""
    from dashboard.access import people

    with rooms.opened_store(rooms.read_settings()) as store:
        for person in people.all_people(store):
            state = "đã khóa" if person.disabled else ""
            print("\t".join((person.username, person.role, person.unit or "", person.display_name, state)).rstrip())


@user_app.command("disable")
def disable_user(username: Username) -> None:
    """Shuts an account out at once."""
    from dashboard.access import people

    with rooms.opened_store(rooms.read_settings()) as store:
        people.disable(store, username)
    print(f"đã khóa {username}")


@user_app.command("password")
def change_password(username: Username) -> None:
    """Gives a new password, asked for at a terminal or read from the first line of stdin; ends the person's sessions."""
    from dashboard.access import people

    password = _ask_password()
    with rooms.opened_store(rooms.read_settings()) as store:
        people.set_password(store, username, password)
    print(f"đã đổi mật khẩu của {username}")


@token_app.command("add")
def add_token(
    scope: Annotated[list[str], typer.Option(help="read, cameras, hand_in, approve, metrics, or feed:<key>; may be given more than once")],
    name: Annotated[str, typer.Option(help="what the token is for")] = "cli",
    user: Annotated[str | None, typer.Option(help="the person it acts for")] = None,
    simulated: Annotated[bool, typer.Option("--simulated", help="what it brings is simulated: for sandboxes only")] = False,
) -> None:
    """Makes a token and prints it alone on the last line: the only time it can be seen."""
    from dashboard.access import tokens

    with rooms.opened_store(rooms.read_settings()) as store:
        token = tokens.issue(store, name, scope, username=user, simulated=simulated)
    print(f"token {name}, chỉ in một lần này:")
    print(token)


def _ask_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password: str = typer.prompt("Mật khẩu", hide_input=True, confirmation_prompt="Nhập lại", err=True)
    return password
