"""Why a picture is answered so, asked over HTTP."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

import kerasapps
from kerasapps import ExplainConfig
from tests.serve.asking import FIRST_BUNDLE, client_of, digit, refused

PNG = {"content-type": "image/png"}
FEW = "samples=32"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return client_of(max_pixels=10_000, max_body_mb=0.1, max_items=4)


def test_a_picture_is_explained_as_the_command_explains_it(client: TestClient) -> None:
    answer = client.post(f"/explain?{FEW}", content=digit(), headers=PNG)
    assert answer.status_code == 200, answer.text
    values = answer.json()
    assert (values["model"], values["artifact"]) == ("first_bundle", "int8")
    explanation = values["explanation"]
    head, _, encoded = explanation.pop("overlay").partition(",")
    assert head == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(encoded))) as drawn:
        assert drawn.mode == "RGB" and max(drawn.size) > 200
    why = kerasapps.explain_bundle(FIRST_BUNDLE, digit(), explain=ExplainConfig(samples=32))
    assert explanation == why.to_dict()
    named = client.post(
        "/models/first_bundle/explain", json={"picture": base64.b64encode(digit()).decode(),
                                              "samples": 32, "label": "3"}
    )  # fmt: skip
    assert named.json()["explanation"]["label"] == "3"


@pytest.mark.parametrize(
    ("query", "status", "code", "field"),
    [
        ("label=none", 422, "invalid", "label"),
        ("target=age", 422, "invalid", "target"),
        ("samples=3", 422, "invalid", "samples"),
        ("samples=100000", 422, "invalid", "samples"),
        ("top_k=2", 422, "invalid", "top_k"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(
    client: TestClient, query: str, status: int, code: str, field: str
) -> None:
    error = refused(client.post(f"/explain?{query}", content=digit(), headers=PNG), status, code)
    assert error["field"] == field


def test_the_limits_are_those_of_an_answer(client: TestClient) -> None:
    two = [("pictures", (f"{n}.png", digit(n), "image/png")) for n in range(2)]
    error = refused(client.post("/explain", files=two), 422, "invalid")
    assert "One picture" in error["message"]
    large: Any = io.BytesIO()
    Image.new("L", (200, 200)).save(large, "PNG")
    refused(client.post("/explain", content=large.getvalue(), headers=PNG), 413, "too_large")
    refused(client.post("/explain", content=b"none", headers=PNG), 422, "unreadable")


def test_openapi_describes_it_and_models_say_who_can(client: TestClient) -> None:
    document = client.get("/openapi.json").json()["paths"]["/explain"]["post"]
    assert {each["name"] for each in document["parameters"]} == {"label", "target", "samples"}
    assert client.get("/models").json()["models"][0]["explained"] is True
