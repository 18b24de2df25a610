"""The API's reference says what the API is, without a script."""

import httpx


def test_the_reference_names_every_address_and_parameter_of_the_api(leader: httpx.Client) -> None:
    page, described = leader.get("/api/docs").text, leader.get("/api/openapi.json").json()
    assert "/api/v1/units" in described["paths"]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {path}" in page
            assert all(parameter["name"] in page for parameter in operation.get("parameters", []))
    assert "<script" not in page
