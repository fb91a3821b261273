"""What holds for any request: the key, how many there may be, counting, the log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

import kerasapps
from kerasapps import ServeConfig
from tests.serve.asking import FIRST_BUNDLE, QUIET, client_of, digit, refused

PNG = {"content-type": "image/png"}


def test_a_key_is_asked_for_but_where_nothing_is_told() -> None:
    client = client_of(api_key="secret word")
    for path in ("/", "/page.js", "/health", "/health/ready", "/v2/health/live"):
        assert client.get(path).status_code == 200, path
        assert "first_bundle" not in client.get(path).text
    for path in ("/metrics", "/models", "/openapi.json"):
        refused(client.get(path), 401, "unauthorized")
    for headers in ({}, {"x-api-key": "secret"}, {"authorization": "Basic secret word"}):
        refused(
            client.post("/predict", content=digit(), headers={**PNG, **headers}),
            401,
            "unauthorized",
        )
    for headers in ({"x-api-key": "secret word"}, {"authorization": "Bearer secret word"}):
        answer = client.post("/predict", content=digit(), headers={**PNG, **headers})
        assert answer.status_code == 200


@pytest.mark.parametrize("place", ["/api", "/health"])
def test_a_key_is_asked_for_where_the_application_is_part_of_another(place: str) -> None:
    serve = ServeConfig(api_key="secret", **QUIET)
    app = kerasapps.create_app(FIRST_BUNDLE, serve=serve)
    client = TestClient(Starlette(routes=[Mount(place, app)]))
    for path in ("/", "/page.js", "/health"):
        assert client.get(f"{place}{path}").status_code == 200, path
    refused(client.get(f"{place}/models"), 401, "unauthorized")
    answer = client.post(f"{place}/v2/models/first_bundle/infer", json={})
    assert answer.status_code == 401 and isinstance(answer.json()["error"], str)
    headers = {**PNG, "x-api-key": "secret"}
    assert client.post(f"{place}/predict", content=digit(), headers=headers).status_code == 200
    answer = client.post(f"{place}/v2/models/first_bundle/infer", json={}, headers=headers)
    assert answer.status_code == 400


def test_a_key_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERASAPPS_API_KEY", "of the environment")
    refused(client_of().get("/models"), 401, "unauthorized")


def test_more_requests_than_may_be_open_are_told_to_come_back() -> None:
    app = kerasapps.create_app(FIRST_BUNDLE, serve=ServeConfig(max_requests=1, **QUIET))

    async def ask() -> None:
        whole = asyncio.Event()

        async def body() -> AsyncIterator[bytes]:
            yield digit()[:20]
            await whole.wait()
            yield digit()[20:]

        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://a") as client:
            first = asyncio.create_task(client.post("/predict", content=body(), headers=PNG))
            await asyncio.sleep(0.05)
            answer = await client.get("/models")
            refused(answer, 503, "busy")
            assert answer.headers["retry-after"] == "1"
            assert (await client.get("/health")).status_code == 200
            whole.set()
            assert (await first).status_code == 200
            assert (await client.get("/models")).status_code == 200

    asyncio.run(ask())


def test_a_defect_is_told_in_the_log_alone(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from kerasapps.serve.answer import Service

    async def broken(*arguments: Any) -> Any:
        raise ZeroDivisionError("of the secret place")

    monkeypatch.setattr(Service, "predictions", broken)
    answer = client_of().post("/predict", content=digit(), headers=PNG)
    assert "secret" not in refused(answer, 500, "defect")["message"]
    assert "ZeroDivisionError: of the secret place" in capfd.readouterr().err


def test_the_log_has_a_line_a_request_and_no_secrets(capfd: pytest.CaptureFixture[str]) -> None:
    client = client_of(log_level="info", api_key="hush")
    client.get("/models?key=hush", headers={"x-api-key": "hush"})
    client.get("/a%1b[31mb", headers={"x-api-key": "hush"})
    lines = capfd.readouterr().err.splitlines()
    assert len([each for each in lines if "GET" in each]) == 2
    assert "GET /models 200" in "".join(lines) and r"GET /a\x1b[31mb 404" in "".join(lines)
    assert "hush" not in "".join(lines)


def test_metrics_count_what_was_asked() -> None:
    client = client_of()
    for _ in range(3):
        client.post("/predict", content=digit(), headers=PNG)
    client.post("/predict", content=b"a", headers=PNG)
    client.get("/strange/address")
    text = client.get("/metrics").text
    for line in (
        'kerasapps_requests_total{method="POST",route="/predict",status="200"} 3.0',
        'kerasapps_requests_total{method="POST",route="/predict",status="422"} 1.0',
        'kerasapps_requests_total{method="GET",route="other",status="404"} 1.0',
        'kerasapps_request_seconds_count{route="/predict"} 4.0',
        'kerasapps_items_total{model="first_bundle"} 3.0',
        "kerasapps_batch_size_sum 4.0",
        "kerasapps_queue_items 0.0",
    ):
        assert line in text
