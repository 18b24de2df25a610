"""A wall replayed: real scenes over the published figures, a real Chromium, its time wound on as fast as it follows."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from dashboard.cli.compose import web_program
from dashboard.cli.rooms import ingest_desk, read_definitions, read_walls
from dashboard.ingest import load_published
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.store.embedded import Server
from dashboard.store.migrate import migrate
from dashboard.wall.document import wall_html
from dashboard.wall.kind import Parameters, Sight
from dashboard.wall.scenes import all_kinds
from tests.browser.replay import Held, Replay, measure
from tests.chromium import FLAGS
from tests.loaded import boards_over
from tests.web.running import served


@contextmanager
def stage() -> Iterator[tuple[Page, list[str], str]]:
    """A tab on the served program, every kind of scene as drawn, and the version of the wall's page."""
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder)) as server:
        settings, store = Settings.model_validate({"var_dir": folder}), Store.open(server.url)
        migrate(store)
        definitions = read_definitions(settings)
        list(load_published(ingest_desk(settings, store, definitions)))
        boards = boards_over(store, Path(folder))
        drawn = [str(kind.draw(Sight(boards, Parameters(), 0))) for kind in all_kinds().values()]
        version = wall_html(read_walls(settings, definitions)["chinh"])[1]
        with served(web_program(settings, store)) as base, sync_playwright() as running:
            browser = running.chromium.launch(executable_path=_chromium(), args=FLAGS)
            tab = browser.new_context(base_url=base, viewport={"width": 1920, "height": 1080}).new_page()
            yield tab, drawn, version
            browser.close()
        store.close()


def replayed(updates: int, looks: int, scene_seconds: int) -> tuple[list[Held], int]:
    """What the page held at that many looks, the first after a warm start; and how many scenes it showed."""
    with stage() as (tab, drawn, version):
        replay = Replay(tab, drawn, version, seconds=scene_seconds)
        replay.open()
        replay.run(min(200, updates // 10 + 10), every=1)
        replay.rest()
        held = [measure(tab)]
        for _ in range(looks):
            replay.run(updates // looks, every=1)
            replay.rest()
            held.append(measure(tab))
        return held, replay.scenes


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise RuntimeError("no Chromium on this machine: make test installs it")
    return found
