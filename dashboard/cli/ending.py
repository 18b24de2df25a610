"""How a command ends: 0 done, 1 failed, 2 asked or configured wrongly; a failure is one line on stderr, without a traceback."""

import io
import sys
from typing import NoReturn

import typer
from typer.exceptions import Abort, TyperException

from dashboard.errors import DashboardError


def run(app: typer.Typer, name: str) -> NoReturn:
    """Runs an app with the arguments of this process and ends the process."""
    sys.exit(_outcome(app, name))


def _outcome(app: typer.Typer, name: str) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Vietnamese letters shows question marks, and nothing fails
    command = typer.main.get_command(app)
    try:
        result = command.main(args=sys.argv[1:], prog_name=name, standalone_mode=False)
    except DashboardError as error:
        _say(str(error))
        return error.exit_code
    except TyperException as error:
        _say(error.format_message())
        return error.exit_code
    except (Abort, KeyboardInterrupt):
        return 1
    # Without standalone mode the exit code of `typer.Exit` comes back as a number.
    return result if isinstance(result, int) else 0


def _say(text: str) -> None:
    if not text.strip():  # help was asked for and has been printed
        return
    print(f"lỗi: {' '.join(text.split())}", file=sys.stderr)
