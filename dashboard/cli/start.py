"""`python app.py`: the whole system on one machine."""

from typing import Annotated, NoReturn

import typer

from dashboard.cli import ending, rooms, supervisor

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def start(
    demo: Annotated[bool, typer.Option("--demo", help="make demo accounts, and print their passwords once")] = False,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="port to listen on; DASHBOARD_PORT or 8050 otherwise")] = None,
) -> None:
    """Runs database, web and clock on this machine until Ctrl-C."""
    settings = rooms.read_settings()
    if port is not None:
        settings = settings.model_copy(update={"port": port})
    supervisor.run(settings, demo=demo)


def main() -> NoReturn:
    """Runs the system with the arguments of this process."""
    ending.run(app, "app.py")
