"""The interface does what its own description says, whatever is asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings

from kiosk.sync.server.problems import MEANINGS, TYPE_PREFIX

if TYPE_CHECKING:
    from tests.sync.server.conftest import Central

schemathesis = pytest.importorskip("schemathesis")
openapi_checks = pytest.importorskip("schemathesis.specs.openapi.checks")

CASES = 25
CHECKS = (
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
)


@schemathesis.serializer("application/gzip", "application/x-ndjson")
def as_bytes(_: object, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


OPERATIONS = (
    ("/health", "GET"),
    ("/sync/v1/openapi.json", "GET"),
    ("/sync/v1/batches", "POST"),
    ("/sync/v1/status", "GET"),
    ("/sync/v1/print-log", "GET"),
    ("/sync/v1/print-log/ack", "POST"),
)


@pytest.fixture
def described(central: Central) -> dict[str, Any]:
    found: dict[str, Any] = central.http.get("/sync/v1/openapi.json").json()
    return found


def test_every_problem_and_every_place_is_described(
    central: Central, described: dict[str, Any]
) -> None:
    kinds = described["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]
    assert kinds == [TYPE_PREFIX + kind for kind in MEANINGS]
    found = {(path, way.upper()) for path, ways in described["paths"].items() for way in ways}
    assert found == set(OPERATIONS)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@pytest.mark.parametrize("is_authorised", [True, False])
def test_answers_are_as_described(
    central: Central, described: dict[str, Any], path: str, method: str, *, is_authorised: bool
) -> None:
    api = schemathesis.openapi.from_dict(described)
    api.config.update(base_url=central.url)

    @settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
    def ask(case: Any) -> None:  # noqa: ANN401 - schemathesis's own
        kwargs = case.as_transport_kwargs(base_url=central.url)
        sent = requests.Request(**kwargs).prepare()
        body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
        headers = central.authorised(method, sent.path_url, body=body) if is_authorised else {}
        answer = case.call(headers=headers)
        assert answer.status_code != 500, answer.text
        case.validate_response(answer, checks=CHECKS)

    given(case=api[path][method].as_strategy())(ask)()
