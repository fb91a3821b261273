"""Texts answered with entities, over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

import kerasapps
from tests.recipes.tagging.test_bundle import TEXT


@pytest.fixture(scope="module")
def client(tagged: kerasapps.RecipeResult) -> TestClient:
    return TestClient(kerasapps.create_app({"names": tagged.bundle_dir}))


def expected(tagged: kerasapps.RecipeResult, text: str = TEXT) -> list[dict[str, Any]]:
    bundle: Any = kerasapps.load_bundle(tagged.bundle_dir)
    return [vars(each) for each in bundle.predict(text)[0].entities]


def test_entities_are_those_of_load_bundle(
    client: TestClient, tagged: kerasapps.RecipeResult
) -> None:
    answer = client.post("/predict", json={"texts": [TEXT, "nobody"]})
    assert answer.status_code == 200, answer.text
    both = [{"entities": expected(tagged, text)} for text in (TEXT, "nobody")]
    assert both[0]["entities"] and answer.json()["predictions"] == json.loads(json.dumps(both))
    described = client.get("/models").json()["models"][0]
    assert (described["reads"], described["answers"]) == ("text", "entities")


def test_the_open_inference_protocol_gets_them_as_json(
    client: TestClient, tagged: kerasapps.RecipeResult
) -> None:
    asked = {"name": "text", "datatype": "BYTES", "shape": [1], "data": [TEXT]}
    answer = client.post("/v2/models/names/infer", json={"inputs": [asked]}).json()
    (output,) = answer["outputs"]
    assert (output["name"], output["datatype"], output["shape"]) == ("entities", "BYTES", [1])
    assert json.loads(output["data"][0]) == json.loads(json.dumps(expected(tagged)))
    schema = client.get("/openapi.json").json()
    assert "entities" in json.dumps(schema["paths"]["/predict"])
