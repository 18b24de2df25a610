"""An administrator adds a camera: tries its address, draws an area by mouse and by key, is told what is wrong, and finds it in the list."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from dashboard.store import Store, camera_list
from dashboard.store.accounts import AuditEntry
from tests.camera.box import Box

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(loaded_url: str) -> Iterator[Store]:
    """The database of the browser tests."""
    store = Store.open(loaded_url)
    yield store
    camera_list.remove(store, "hue_1", AuditEntry("test", "camera deleted"))
    store.close()


@pytest.fixture
def form(ruler: Page, opened: Store) -> Page:
    """The empty form, in an administrator's browser."""
    ruler.goto("/quan-tri")
    ruler.get_by_role("link", name="Thêm camera").click()
    expect(ruler.get_by_role("heading", name="Thêm camera")).to_be_visible()
    return ruler


def test_a_camera_is_tried_drawn_upon_refused_put_right_and_found_in_the_list(form: Page, box: Box, opened: Store) -> None:
    form.get_by_label("Địa chỉ luồng chính").fill(f"rtsp://127.0.0.1:{box.port}/ha_noi_1")
    form.get_by_role("button", name="Thử kết nối").click()
    expect(form.get_by_text("Luồng chính: Xem được")).to_be_visible(timeout=40_000)
    expect(form.locator(".areas-stage img")).to_be_visible()
    form.get_by_role("button", name="Thêm vùng chờ").click()
    first = form.get_by_role("button", name="Điểm 1 của Vùng chờ 1: 35 % ngang, 40 % dọc")
    expect(first).to_be_focused()
    form.keyboard.press("Shift+ArrowLeft")
    form.keyboard.press("ArrowDown")
    form.keyboard.press("Enter")
    stage = form.locator(".areas-stage").bounding_box()
    corner = form.locator('[data-name="point-4"]').bounding_box()
    assert stage is not None
    assert corner is not None
    form.mouse.move(corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2)
    form.mouse.down()
    form.mouse.move(stage["x"] + stage["width"] * 0.1, stage["y"] + stage["height"] * 0.9, steps=4)
    form.mouse.up()
    form.get_by_label("Sức chứa").fill("12")
    form.get_by_role("button", name="Thêm camera").click()
    expect(form.locator("#e-unit")).to_have_text("Không có đơn vị này.")
    expect(form.locator("#f-name_vi")).to_be_focused()
    form.get_by_label("Tên trên màn hình").fill("Huế thử")
    form.get_by_label("Đơn vị").select_option(label="Huế")
    form.get_by_label("Trung tâm, vị trí").fill("Sảnh")
    form.get_by_role("button", name="Thêm camera").click()
    expect(form.get_by_text("Đã lưu camera Huế thử")).to_be_visible(timeout=15_000)
    row = next(one for one in camera_list.listed(opened) if one.name_vi == "Huế thử")
    (zone,) = row.zones
    assert (zone["name_vi"], zone["kind"], zone["capacity"], len(zone["polygon"])) == ("Vùng chờ 1", "waiting", 12, 5)
    assert zone["polygon"][0] == [0.3, 0.405]
    assert zone["polygon"][4] == pytest.approx([0.1, 0.9], abs=0.01)
