"""What machines read: REST over the same boards that the pages draw from."""

from fastapi import APIRouter

from dashboard.access.looking import CameraDesk
from dashboard.api import (
    accounts,
    camera_list,
    cameras,
    downloads,
    feeds,
    figures,
    gateway,
    groups,
    held,
    pushes,
    rankings,
    replays,
    self_check,
    signs,
    submissions,
    targets,
)
from dashboard.boards import Boards
from dashboard.camera.ruling import Ruling
from dashboard.checks import Checker
from dashboard.feeds.base import Context
from dashboard.inbox import Inbox
from dashboard.submissions.deeds import Counter


def routers(boards: Boards, camera_desk: CameraDesk, ruling: Ruling, counter: Counter, checker: Checker | None = None) -> list[APIRouter]:
    """Every router of the API; one line each. Without a checker nobody looks at the signatures of messages."""
    reading = counter.desk
    inbox = Inbox(reading, reading.feed(gateway.FEED), gateway.SOURCE)
    return [
        figures.router(boards),
        rankings.router(boards),
        downloads.router(boards),
        cameras.router(boards, camera_desk),
        accounts.router(reading.store, reading.units),
        camera_list.router(ruling, camera_desk.exchange),
        feeds.router(boards),
        pushes.router(reading),
        replays.router(reading),
        held.router(reading),
        gateway.router(inbox, Context(reading.units, reading.catalog), checker),
        groups.router(boards, reading.store),
        signs.router(boards, reading.store),
        targets.router(boards),
        submissions.router(counter, boards),
        self_check.router(counter, boards),
    ]
