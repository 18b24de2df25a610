"""A wall replayed: real scenes over the published figures, real cameras and a real Chromium, its time wound on as fast as it follows."""

import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from dashboard.access import displays
from dashboard.cli.compose import web_program
from dashboard.cli.rooms import ingest_desk, read_definitions, read_walls
from dashboard.ingest import load_published
from dashboard.sandbox.run import channels
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.store.embedded import Server
from dashboard.store.migrate import migrate
from dashboard.wall.document import wall_html
from dashboard.wall.kind import Sight
from tests.browser.replay import Held, Program, Replay, measure
from tests.camera.box import CACHE, run
from tests.chromium import FLAGS, program
from tests.loaded import boards_over
from tests.web.running import served

CAMERA_SECONDS = 30


@dataclass(frozen=True)
class Replayed:
    """What the page held at each look, how many scenes it showed, how many connections it made, and how many pictures moved each time."""

    held: list[Held]
    scenes: int
    peers: int
    played: list[int]


@contextmanager
def stage(scene_seconds: int) -> Iterator[tuple[Page, Program]]:
    """A tab that was let in to the served program, beside relay and sandbox; and every scene of the wall as drawn."""
    listener = socket.create_server(("127.0.0.1", 0))
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder)) as server:
        settings = Settings.model_validate({"var_dir": folder, "rtsp_port": listener.getsockname()[1]})
        store = Store.open(server.url)
        migrate(store)
        definitions = read_definitions(settings)
        list(load_published(ingest_desk(settings, store, definitions)))
        wall = read_walls(settings, definitions)["chinh"]
        boards = boards_over(store, Path(folder), cameras=definitions.cameras)
        drawn = [str(scene.kind.draw(Sight(boards, scene.fields, 0))) for scene in wall.scenes]
        cameras = [scene.kind.key for scene in wall.scenes].index("cameras")
        seconds = [CAMERA_SECONDS if place == cameras else scene_seconds for place in range(len(drawn))]
        with (
            run(store, definitions.cameras, channels(definitions.cameras, CACHE), listener, warm_seconds=30),
            served(web_program(settings, store)) as base,
            sync_playwright() as running,
        ):
            browser = running.chromium.launch(executable_path=program(), args=FLAGS)
            # Its size matters nothing to what is held, and much to how long drawing takes where a processor draws.
            context = browser.new_context(base_url=base, viewport={"width": 1280, "height": 720})
            context.add_cookies([{"name": "tuong", "value": _let_in(store), "url": base}])
            yield context.new_page(), Program(drawn, seconds, wall_html(wall)[1], cameras)
            browser.close()
        store.close()


def _let_in(store: Store) -> str:
    """The cookie of a display that may look."""
    secret = displays.new_secret()
    displays.admit(store, displays.ask(store, secret, "chinh", "").code)
    return secret


def replayed(updates: int, looks: int, scene_seconds: int, told: Callable[[Held], None] = lambda _: None) -> Replayed:
    """Looks at the page that many times, the first after a warm start, and tells each; a scene without cameras stands `scene_seconds`."""
    with stage(scene_seconds) as (tab, shown):
        replay = Replay(tab, shown)
        replay.open()
        replay.run(min(200, updates // 10 + 10), every=1)
        replay.rest()
        held = [measure(tab)]
        told(held[0])
        for _ in range(looks):
            replay.run(updates // looks, every=1)
            replay.rest()
            held.append(measure(tab))
            told(held[-1])
        return Replayed(held, replay.scenes, int(tab.evaluate("window.peers.made")), replay.played)
