"""Texts translated over HTTP."""

from __future__ import annotations

import kerasapps
from tests.serve.asking import client_of, refused


def test_translations_are_those_of_load_bundle(translated: kerasapps.RecipeResult) -> None:
    client = client_of({"words": translated.bundle_dir})
    bundle = kerasapps.load_bundle(translated.bundle_dir)
    texts = ["two green dog", "one red house", ""]
    right = bundle.predict(texts, beam=3, n_best=2)
    answer = client.post("/predict", json={"texts": texts, "beam": 3, "n_best": 2})
    assert [each["translation"] for each in answer.json()["predictions"]] == [
        each.text for each in right
    ]
    assert [len(each["alternatives"]) for each in answer.json()["predictions"]] == [1, 1, 0]
    (served,) = client.get("/models").json()["models"]
    assert served["text_field"] in answer.json()["predictions"][0]
    tensor = {"name": "text", "datatype": "BYTES", "shape": [3], "data": texts}
    asked = {"inputs": [tensor], "parameters": {"beam": 3}}
    values = client.post("/v2/models/words/infer", json=asked).json()
    assert values["outputs"][0]["data"] == [each.text for each in right]
    error = refused(
        client.post("/predict", json={"text": "a", "beam": 1, "n_best": 2}), 422, "invalid"
    )
    assert error["field"] == "n_best"
    refused(client.post("/predict", json={"text": "a", "beam": 10**6}), 422, "invalid")
    asked["parameters"] = {"n_best": 2}
    assert client.post("/v2/models/words/infer", json=asked).status_code == 422
