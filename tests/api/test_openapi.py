"""The description of the API is true, and the API holds against whatever is asked."""

from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = [
    "/api/v1/units",
    "/api/v1/indicators",
    "/api/v1/values",
    "/api/v1/rankings",
    "/api/v1/rankings/{ranking}",
    "/api/v1/rankings/{ranking}/units/{unit}",
    "/api/v1/evidence/{figure}",
    "/api/v1/reports",
    "/api/v1/submissions",
    "/tai-ve/xep-hang-{ranking}.{form}",
]


@pytest.fixture(scope="module")
def description(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/openapi.json").raise_for_status().json()
    return found


def test_every_door_is_described(description: dict[str, Any]) -> None:
    assert set(OPERATIONS) <= set(description["paths"])
    assert description["openapi"].startswith("3.1")


@pytest.mark.parametrize("path", OPERATIONS)
def test_every_parameter_and_answer_is_described(description: dict[str, Any], path: str) -> None:
    operation = description["paths"][path]["get"]
    assert operation["summary"]
    for parameter in operation.get("parameters", []):
        assert parameter.get("description") or parameter["schema"].get("description"), parameter["name"]
    assert {"200", "401", "403", "404", "422", "503"} <= set(operation["responses"])
    for status in ("404", "422", "503"):
        assert list(operation["responses"][status]["content"]) == ["application/problem+json"]


@pytest.mark.parametrize("path", OPERATIONS)
def test_whatever_is_asked_is_answered_as_described(client: httpx.Client, description: dict[str, Any], path: str) -> None:
    only = description | {"paths": {path: description["paths"][path]}}
    operation = schemathesis.openapi.from_dict(only)[path]["GET"]

    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    @settings(
        max_examples=25,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    def ask(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(base_url=str(client.base_url).rstrip("/"), cookies=dict(client.cookies), checks=CHECKS)

    ask()
