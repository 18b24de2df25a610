"""The wall in Chromium: pairing, step, size of text, a server that goes and comes back, and nothing that grows."""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from dashboard.access import displays
from dashboard.boards import Boards
from dashboard.cli.compose import web_program
from dashboard.cli.rooms import read_definitions
from dashboard.settings import CHECKOUT, Settings
from dashboard.store import Store
from dashboard.wall.document import wall_html
from dashboard.wall.kind import Sight
from dashboard.wall.plan import Wall, load_walls, position
from dashboard.wall.scenes import all_kinds
from tests.browser.replay import Program, Replay, measure, retold, stand_still
from tests.browser.watch import Watch
from tests.faults.whole import attempt, free_port, running
from tests.loaded import boards_over
from tests.patience import soon
from tests.web.running import served

pytestmark = pytest.mark.browser

SIZES = {"1080p": (1920, 1080), "4K": (3840, 2160), "three screens": (5760, 1080), "4:3": (1024, 768), "upright": (1080, 1920)}

# As drawn: text inside an SVG is scaled by its viewBox. What is hidden from eyes is not read by them.
_SMALL = """() => [...document.querySelectorAll('body *')].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())
  && e.getClientRects().length && !e.closest('.sr, title, script') && getComputedStyle(e).visibility !== 'hidden')
  .map(e => [e, parseFloat(getComputedStyle(e).fontSize) * (e.ownerSVGElement ? Math.hypot(e.getScreenCTM().a, e.getScreenCTM().b) : 1)])
  .filter(([e, px]) => px < 0.012 * innerHeight).map(([e, px]) => e.textContent.trim().slice(0, 40) + ' ' + px.toFixed(2))"""

_OUTSIDE = """() => [...document.querySelectorAll('.layer.on *, .pairing *')].filter(e => e.children.length === 0 && e.textContent.trim()
  && e.getClientRects().length && !e.closest('.sr, svg')).filter(e => { const r = e.getBoundingClientRect();
    return r.left < 0 || r.top < 0 || r.right > innerWidth || r.bottom > innerHeight; }).map(e => e.textContent.trim().slice(0, 40))"""

# Text and codes of a scene that lie under its foot.
_UNDER = """() => { const foot = document.querySelector('.layer.on .scene > .wf');
  const top = foot ? foot.getBoundingClientRect().top : innerHeight, shows = e => e.children.length === 0 && e.textContent.trim();
  return [...document.querySelectorAll('.layer.on .stage *')].filter(e => (e.matches('.qr') || shows(e)) && e.getClientRects().length)
    .filter(e => !e.closest('.sr') && e.getBoundingClientRect().bottom > top + 1)
    .map(e => e.tagName + ' ' + e.textContent.trim().slice(0, 40)); }"""

# As if there were cameras in every state: the longest line of counts there may be.
_EVERY_COUNT = """() => { for (const one of document.querySelectorAll('.layer.on [data-count]'))
  one.style.setProperty('display', 'inline-flex', 'important'); }"""

_POINTABLE = """() => [...document.querySelectorAll('body *')].filter(e => getComputedStyle(e).cursor !== 'none'
  || getComputedStyle(e).pointerEvents !== 'none').length"""


@pytest.fixture
def store(loaded_url: str) -> Iterator[Store]:
    """The database behind the program, to let displays in."""
    opened = Store.open(loaded_url)
    yield opened
    opened.close()


@contextmanager
def display(chromium: Browser, base: str, size: tuple[int, int] = (1920, 1080), state: Path | None = None) -> Iterator[Page]:
    """A browser of its own on a wall; fails when its console speaks or a request leaves the origin."""
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, base_url=base, storage_state=state)
    tab = context.new_page()
    watch = Watch(tab, base)
    yield tab
    # An answer that is still being fetched when the tab goes is nobody's fault.
    tab.unroute_all(behavior="ignoreErrors")
    context.close()
    watch.check()


def walls() -> Mapping[str, Wall]:
    """The walls of the house."""
    return load_walls(CHECKOUT / "data" / "walls.toml", all_kinds(), {"766": None})


def _settled(tab: Page, rule: str) -> list[str]:
    """What breaks a rule once the screen stands: the mosaic measures itself anew some frames after it was given another size."""
    end = time.monotonic() + 5
    while (found := list(tab.evaluate(rule))) and time.monotonic() < end:
        tab.wait_for_timeout(50)
    return found


def title(tab: Page) -> str:
    """The title of the scene that is shown."""
    return str(tab.locator(".layer.on .wh h1").evaluate("e => e.firstChild.data"))


def test_a_display_is_paired_by_the_code_that_it_shows_and_opens_by_itself(
    chromium: Browser, base: str, program: object, store: Store
) -> None:
    with display(chromium, base) as tab:
        tab.goto("/wall/chinh")
        expect(tab.locator("#ma")).not_to_be_empty()
        code = tab.locator("#ma-lenh").inner_text()
        assert tab.locator("#ma").inner_text().replace(" ", "") == code
        assert len(code) == displays.CODE_LENGTH
        displays.admit(store, code, "thử ghép")
        expect(tab.locator(".layer.on .scene")).to_be_visible()
        expect(tab.locator("#ghep")).to_be_hidden()
        # What it is, is in its cookie: opened anew, it needs nobody.
        tab.reload()
        expect(tab.locator(".layer.on .scene")).to_be_visible()
        assert "tuong" not in tab.evaluate("document.cookie")
    displays.shut_out(store, "thử ghép")


def test_two_displays_show_the_same_scene_and_it_is_the_clocks(chromium: Browser, base: str, leader_state: Path) -> None:
    with display(chromium, base, state=leader_state) as one, display(chromium, base, state=leader_state) as other:
        for tab in (one, other):
            tab.goto("/wall/chinh")
        for tab in (one, other):
            expect(tab.locator(".layer.on .scene")).to_be_visible()
        scenes = walls()["chinh"].scenes
        durations = [scene.seconds for scene in scenes]

        def are_in_step() -> bool:
            wanted = scenes[position(durations, datetime.now(UTC)).scene].kind.title
            return all(wanted in title(tab) for tab in (one, other))

        assert soon(are_in_step)


@pytest.mark.parametrize("kind", [*sorted(all_kinds()), ""])
def test_no_text_is_under_a_little_more_than_a_hundredth_of_the_height_and_none_leaves_the_screen(
    chromium: Browser, base: str, leader_state: Path, kind: str
) -> None:
    with display(chromium, base, state=leader_state if kind else None) as tab:
        if kind:
            stand_still(tab, [scene.kind.key for scene in walls()["chinh"].scenes], kind)
        tab.goto("/wall/chinh")
        expect(tab.locator(f".layer.on .scene.{kind}" if kind else "#ghep")).to_be_visible()
        tab.evaluate("document.fonts.ready")
        for name, (width, height) in SIZES.items():
            tab.set_viewport_size({"width": width, "height": height})
            tab.evaluate("document.getElementById('ma').textContent = 'WWW WWW'")  # the widest code there may be
            tab.evaluate(_EVERY_COUNT)
            for rule in (_SMALL, _OUTSIDE, _UNDER):
                assert _settled(tab, rule) == [], name
            assert tab.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [width, height], name
            assert tab.evaluate(_POINTABLE) == 0, f"{name}: a cursor could be seen, or something could be touched"


def test_the_picture_stays_while_the_server_is_gone_says_since_when_and_comes_back(
    chromium: Browser, loaded_url: str, tmp_path: Path
) -> None:
    store = Store.open(loaded_url)
    program = web_program(Settings.model_validate({"var_dir": tmp_path}), store)
    context: BrowserContext = chromium.new_context(viewport={"width": 1920, "height": 1080})
    tab = context.new_page()
    stand_still(tab, [scene.kind.key for scene in walls()["chinh"].scenes], "overview")
    port = free_port()
    with served(program, port) as address:
        tab.goto(f"{address}/wall/chinh")
        expect(tab.locator("#ma")).not_to_be_empty()
        displays.admit(store, tab.locator("#ma-lenh").inner_text(), "thử mất")
        expect(tab.locator(".layer.on .scene")).to_be_visible()
        shown = title(tab)
    expect(tab.locator("#tre")).to_contain_text("Mất liên lạc với máy chủ từ")
    assert title(tab) == shown
    with served(program, port):
        expect(tab.locator("#tre")).to_be_hidden()
        expect(tab.locator(".layer.on .scene")).to_be_visible()
    context.close()
    displays.shut_out(store, "thử mất")
    store.close()


@pytest.mark.slow
@pytest.mark.full
def test_a_wall_outlives_a_web_process_that_was_killed(chromium: Browser, tmp_path: Path) -> None:
    port, variables = free_port(), {"DASHBOARD_VAR_DIR": str(tmp_path / "var")}
    context = chromium.new_context(viewport={"width": 1920, "height": 1080})
    tab = context.new_page()
    with running(port=port, variables=variables) as whole:
        tab.goto(f"http://127.0.0.1:{port}/wall/chinh")
        expect(tab.locator("#ma")).not_to_be_empty()
        paired = attempt("wall", "pair", tab.locator("#ma-lenh").inner_text(), variables=variables, module=True)
        assert paired.returncode == 0, paired.stderr
        expect(tab.locator(".layer.on .scene")).to_be_visible()
        tab.evaluate("document.documentElement.id = 'old'")
        os.kill(whole.children()["web"], signal.SIGKILL)
        killed = str(tab.locator("#nhip").inner_text())
        expect(tab.locator(".layer.on .scene")).to_be_visible()
        expect(tab.locator("#nhip")).not_to_have_text(killed)
        expect(tab.locator("#tre")).to_be_hidden()
        assert tab.locator("#old .layer.on .scene").count() == 1, "the page was left, though nothing asked for that"
    context.close()


def test_a_new_program_is_loaded_by_itself_when_the_scene_changes(chromium: Browser, base: str, leader_state: Path) -> None:
    with display(chromium, base, state=leader_state) as tab:
        changed = {"program": "", "durations": [3]}

        def state(route: Route) -> None:
            retold(route, {key: value for key, value in changed.items() if value})

        tab.route("**/state", state)
        tab.goto("/wall/chinh")
        expect(tab.locator(".layer.on .scene")).to_be_visible()
        tab.evaluate("document.documentElement.id = 'old'")
        changed["program"] = "another"
        expect(tab.locator("#old")).to_have_count(0)
        changed["program"] = ""
        expect(tab.locator(".layer.on .scene")).to_be_visible()


_OLDER = "{ const own = performance.now.bind(performance); performance.now = () => own() + 21 * 3600000; }"
"""A page that has stood for 21 hours."""


def test_a_page_that_stood_through_the_day_is_opened_anew_in_the_small_hours(chromium: Browser, base: str, leader_state: Path) -> None:
    with display(chromium, base, state=leader_state) as tab:
        noon, small_hours = datetime(2026, 11, 24, 5, tzinfo=UTC), datetime(2026, 11, 24, 20, 10, tzinfo=UTC)  # 12:00 and 3:10 in Hà Nội
        ahead = {"by": noon.timestamp() - time.time()}

        def state(route: Route) -> None:
            retold(route, {"durations": [1]}, {"X-Server-Time": str(int((time.time() + ahead["by"]) * 1000))})

        tab.route("**/state", state)
        tab.goto("/wall/chinh")
        tab.evaluate("document.documentElement.id = 'old'")
        tab.evaluate(_OLDER)
        for _ in range(3):
            with tab.expect_request("**/scene/0?turn=*"):
                pass
        expect(tab.locator("#old")).to_have_count(1)
        ahead["by"] += (small_hours - noon).total_seconds()
        expect(tab.locator("#old")).to_have_count(0)
        expect(tab.locator(".layer.on .scene")).to_be_visible()


@pytest.mark.full
def test_a_day_of_updates_in_a_minute_leaves_nothing_behind(chromium: Browser, base: str, boards: Boards, leader_state: Path) -> None:
    wall = walls()["chinh"]
    drawn = [str(scene.kind.draw(Sight(boards, scene.fields, 0))) for scene in wall.scenes]
    cameras = [scene.kind.key for scene in wall.scenes].index("cameras")
    with display(chromium, base, state=leader_state) as tab:
        replay = Replay(tab, Program(drawn, [12] * len(drawn), wall_html(wall)[1], cameras))
        replay.open()
        replay.run(updates=40, every=5)
        replay.rest()
        before = measure(tab)
        replay.run(updates=150, every=2)
        replay.rest()
        after = measure(tab)
        made = tab.evaluate("window.peers.made")
    assert replay.scenes >= 40
    assert made >= 30, "cameras came and went"
    assert max(replay.played) >= 4, replay.played
    assert after.peers == before.peers == 0, "a connection outlived its scene"
    assert after.nodes <= before.nodes + 50, (before, after)
    assert after.listeners <= before.listeners, (before, after)
    assert after.documents <= before.documents, (before, after)
    assert after.objects <= before.objects * 1.05, (before, after)
    assert after.heap <= before.heap * 1.10 + 300_000, (before, after)


@pytest.fixture
def boards(program: object, loaded_url: str, tmp_path: Path) -> Iterator[Boards]:
    """Boards over the database of the program."""
    store = Store.open(loaded_url)
    yield boards_over(store, tmp_path, cameras=read_definitions(Settings()).cameras)
    store.close()
