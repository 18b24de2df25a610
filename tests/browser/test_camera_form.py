"""An administrator adds a camera: tries its address, draws an area by mouse and by key, is told what is wrong, and finds it in the list;
switches it off and on, says that its view is the right one, and deletes it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from dashboard.store import Store, camera_list
from dashboard.store.accounts import AuditEntry
from dashboard.store.camera_list import CameraRow
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
    expect(form.get_by_text("Luồng chính: Xem được")).to_be_visible()
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
    expect(form.get_by_text("Đã lưu camera Huế thử")).to_be_visible()
    row = next(one for one in camera_list.listed(opened) if one.name_vi == "Huế thử")
    (zone,) = row.zones
    assert (zone["name_vi"], zone["kind"], zone["capacity"], len(zone["polygon"])) == ("Vùng chờ 1", "waiting", 12, 5)
    assert zone["polygon"][0] == [0.3, 0.405]
    assert zone["polygon"][4] == pytest.approx([0.1, 0.9], abs=0.01)


KEPT = {"name_vi": "Huế có sẵn", "unit": "hue", "place_vi": "Sảnh", "purpose_vi": "Thử", "provenance": "simulated"}
ADD = "async row => (await window.Api.ask('POST', 'cameras', row)).said.key"
TWICE = 800
"""Milliseconds after which a second press is one of its own, and not half of a double click."""


@pytest.fixture
def kept(ruler: Page, opened: Store, box: Box) -> Iterator[str]:
    """A camera that is there already, its page open in an administrator's browser; its key."""
    ruler.goto("/quan-tri")
    key = str(ruler.evaluate(ADD, KEPT | {"key": "hue_thu", "url": f"rtsp://127.0.0.1:{box.port}/ha_noi_1"}))
    ruler.goto(f"/quan-tri/camera/{key}")
    yield key
    camera_list.remove(opened, key, AuditEntry("test", "camera deleted"))


def row_of(store: Store, key: str) -> CameraRow:
    """A camera as it is kept."""
    return next(one for one in camera_list.listed(store) if one.key == key)


def test_a_camera_is_switched_off_and_on_by_one_press_each(ruler: Page, kept: str, opened: Store) -> None:
    ruler.get_by_role("button", name="Tắt camera").click()
    expect(ruler.get_by_text("Đã lưu camera Huế có sẵn")).to_contain_text("đang tắt")
    assert not row_of(opened, kept).enabled
    line = ruler.get_by_role("row").filter(has_text="Huế có sẵn")
    expect(line).to_contain_text("Đã tắt")
    line.get_by_role("link", name="Huế có sẵn").click()
    ruler.get_by_role("button", name="Bật camera").click()
    expect(ruler.get_by_text("Đã lưu camera Huế có sẵn")).to_contain_text("làm theo")
    assert row_of(opened, kept).enabled


def test_a_view_is_confirmed_by_a_second_press_which_says_that_the_hall_is_empty(ruler: Page, kept: str, opened: Store) -> None:
    expect(ruler.get_by_text("Chưa ai xác nhận góc nhìn.")).to_be_visible()
    ruler.get_by_role("button", name="Góc nhìn này đúng").dblclick()
    again = ruler.get_by_role("button", name="Sảnh đang trống: bấm lần nữa")
    expect(again).to_be_visible()
    expect(ruler.locator("[data-means]")).to_contain_text("chỉ xác nhận khi sảnh không có người")
    assert row_of(opened, kept).reference_at is None, "a double click is one press"
    ruler.wait_for_timeout(TWICE)
    again.click()
    expect(ruler.get_by_text("Đã lưu camera Huế có sẵn")).to_be_visible()
    assert row_of(opened, kept).reference_at is not None
    ruler.goto(f"/quan-tri/camera/{kept}")
    expect(ruler.get_by_text("Đã xác nhận góc nhìn lúc")).to_be_visible()


def test_a_camera_is_deleted_by_a_second_press_and_whoever_does_not_press_again_keeps_it(ruler: Page, kept: str, opened: Store) -> None:
    delete = ruler.get_by_role("button", name=re.compile("Xóa camera|Bấm lần nữa để xóa"))
    delete.dblclick()
    expect(delete).to_have_text("Bấm lần nữa để xóa")
    expect(ruler.locator("[data-means]")).to_contain_text("vùng đã vẽ và góc nhìn đã giữ mất hẳn")
    expect(delete).to_have_text("Xóa camera")
    expect(ruler.locator("[data-means]")).to_be_empty()
    assert row_of(opened, kept).enabled
    delete.click()
    ruler.wait_for_timeout(TWICE)
    delete.click()
    expect(ruler.get_by_text(f"Đã xóa camera {kept}")).to_be_visible()
    expect(ruler.get_by_role("row").filter(has_text="Huế có sẵn")).to_have_count(0)
    assert kept not in {one.key for one in camera_list.listed(opened)}


def test_whoever_lets_a_server_send_a_picture_that_must_be_veiled_is_told_why_not(ruler: Page, kept: str) -> None:
    why = ruler.locator(".camform .whole").first
    expect(why).to_be_hidden()
    ruler.get_by_label("Ai kéo hình").select_option("whep")
    expect(why).to_be_hidden()
    ruler.get_by_label("Tỉnh, thành phố", exact=True).select_option("blurred")
    expect(why).to_be_visible()
    expect(why).to_contain_text("máy chủ hình gửi thẳng hình rõ")
    ruler.get_by_label("Địa chỉ WHEP").fill("http://127.0.0.1:9/whep/a")
    ruler.get_by_label("Địa chỉ luồng chính").fill("")
    ruler.get_by_role("button", name="Lưu camera").click()
    expect(ruler.locator("#e-url")).to_contain_text("Điền địa chỉ RTSP để hệ thống tự kéo hình")
    expect(ruler.locator("#f-url")).to_be_focused()
