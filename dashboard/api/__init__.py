"""What machines read: REST over the same boards that the pages draw from."""

from fastapi import APIRouter

from dashboard.api import downloads, figures
from dashboard.boards import Boards


def routers(boards: Boards) -> list[APIRouter]:
    """Every router of the API; one line each."""
    return [figures.router(boards), downloads.router(boards)]
