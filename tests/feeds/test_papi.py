"""PAPI: yearly surveys by the 63 provinces of their time."""

import pytest

from dashboard.errors import FeedError
from dashboard.periods import Period
from tests.loaded import PAPI, content, units
from tests.loaded import parsed as parse

HEAD = "year,gso_code,access_to_portals,access_to_internet,e_responsiveness"


def read(*rows: str) -> tuple[dict[tuple[str, str], float], list[str]]:
    found = parse(PAPI, "\n".join((HEAD, *rows)).encode())
    return {(one.unit, one.measure): one.value for one in found.observations}, [held.reason for held in found.held]


def test_the_published_surveys_land_whole_by_the_63_of_their_time() -> None:
    found = parse(PAPI)
    assert found.held == ()
    assert {one.period for one in found.observations} == {Period.parse(str(year)) for year in range(2018, 2025)}
    old = {unit.key for unit in units().of_tier("province", Period.parse("2018").last_day)}
    assert len(old) == 63
    assert {one.unit for one in found.observations} == old


def test_every_filled_cell_of_the_file_is_one_observation() -> None:
    rows = [line.split(",") for line in content(PAPI).decode("utf-8-sig").split()[1:]]
    assert len(parse(PAPI).observations) == sum(bool(cell) for row in rows for cell in row[2:])


def test_code_24_of_2018_is_bac_giang() -> None:
    cells, _ = read("2018,24,0.5,2.5,")
    assert cells == {("bac_giang", "papi_portal_access"): 0.5, ("bac_giang", "papi_internet_access"): 2.5}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2018,99,0.5,2.5,1", "“99”"),
        ("2018-10,24,0.5,2.5,1", "năm “2018-10” không đọc được"),
        ("2o18,24,0.5,2.5,1", "không đọc được"),
        ("3000,24,0.5,2.5,1", "không đọc được"),
        ("2018,24,0.5,5.01,1", "nằm ngoài khoảng cho phép: từ 0 đến 5"),
        ("2018,24,,,", "không có số liệu nào"),
        ("2018,24,0.5,2.5", "thiếu 1 ô"),
        ("2018,01,0.5,2.5,1", "đã có một dòng khác cho cùng đơn vị, năm 2018"),
    ],
)
def test_a_row_in_doubt_is_held_and_the_rest_lands(row: str, why: str) -> None:
    cells, reasons = read("2018,01,0.5,2.5,1", row)
    assert {unit for unit, _ in cells} == {"ha_noi"}
    assert why in reasons[0]


def test_a_missing_column_stops_the_file() -> None:
    with pytest.raises(FeedError, match="column missing: e_responsiveness"):
        parse(PAPI, b"year,gso_code,access_to_portals,access_to_internet\n")
