"""Texts asked over HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import kerasapps
from tests.serve.asking import client_of, refused

TEXTS = ["a wonderful film", "never again, a bore", ""]


@pytest.fixture(scope="module")
def client(reviewed: kerasapps.RecipeResult) -> TestClient:
    return client_of({"reviews": reviewed.bundle_dir}, max_characters=50)


def test_texts_are_answered_as_load_bundle_answers_them(
    client: TestClient, reviewed: kerasapps.RecipeResult
) -> None:
    bundle = kerasapps.load_bundle(reviewed.bundle_dir)
    right = [
        {"labels": list(each.labels), "scores": list(each.scores), "truncated": each.truncated}
        for each in bundle.predict(TEXTS)
    ]
    assert client.post("/predict", json={"texts": TEXTS}).json()["predictions"] == right
    form = client.post("/predict", data={"texts": TEXTS}, files={})
    assert form.status_code == 415  # urlencoded, as curl -d sends it
    form = client.post("/predict", files=[("text", (None, text)) for text in TEXTS])
    assert form.json()["predictions"] == right
    plain = {"content-type": "text/plain; charset=utf-8"}
    answer = client.post("/predict?top_k=1", content=TEXTS[0].encode(), headers=plain)
    assert answer.json()["predictions"] == [
        {"labels": right[0]["labels"][:1], "scores": right[0]["scores"][:1], "truncated": False}
    ]
    tensor = {"name": "text", "datatype": "BYTES", "shape": [3], "data": TEXTS}
    values = client.post("/v2/models/reviews/infer", json={"inputs": [tensor]}).json()
    assert values["outputs"][1]["data"] == [each["labels"][0] for each in right]


def test_texts_that_cannot_be_answered_are_refused(client: TestClient) -> None:
    assert client.post("/predict", json={"text": 50 * "a"}).status_code == 200
    refused(client.post("/predict", json={"text": 51 * "a"}), 413, "too_large")
    bad = refused(client.post("/predict", content=b'{"texts": ["a", "\\ud800"]}', headers={
        "content-type": "application/json"}), 422, "unreadable")  # fmt: skip
    assert bad["field"] == "texts[1]"
    refused(client.post("/predict", content=b"\xff", headers={"content-type": "text/plain"}), 400,
            "malformed")  # fmt: skip
    refused(client.post("/predict", content=b"a", headers={
        "content-type": "text/plain; charset=latin-1"}), 415, "unsupported")  # fmt: skip
    refused(client.post("/predict", content=b"a", headers={"content-type": "image/png"}), 415,
            "unsupported")  # fmt: skip


def test_texts_of_forms_are_utf_8(client: TestClient) -> None:
    def ask(text: bytes, more: str = "", name: str = "text") -> Any:
        body = f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        headers = {"content-type": f"multipart/form-data; boundary=x{more}"}
        return client.post("/predict", content=body + text + b"\r\n--x--\r\n", headers=headers)

    naive = client.post("/predict", json={"text": "naïve film"}).json()["predictions"]
    assert ask("naïve film".encode()).json()["predictions"] == naive
    assert ask("naïve film".encode(), "; charset=UTF8").json()["predictions"] == naive
    refused(ask("naïve film".encode("latin-1")), 400, "malformed")
    refused(ask(b"a", "; charset=punycode"), 415, "unsupported")
    more = b'\r\n--x\r\nContent-Disposition: form-data; name="text"\r\n\r\na'
    assert "'größe'" in refused(ask(more, name="größe"), 422, "invalid")["message"]
    flowed = {"content-type": "text/plain; charset=utf-8; format=flowed"}
    assert client.post("/predict", content=b"a", headers=flowed).status_code == 200


def test_ids_that_the_network_lacks_are_refused(client: TestClient) -> None:
    listed = client.get("/v2/models/reviews").json()["inputs"][1:]
    inputs = [
        {**each, "shape": [1, *each["shape"][1:]], "data": [10**9] * each["shape"][1]}
        for each in listed
    ]
    answer = client.post("/v2/models/reviews/infer", json={"inputs": inputs})
    assert answer.status_code == 422, answer.text
    assert client.post("/predict", json={"texts": TEXTS}).status_code == 200


def test_a_text_is_explained_by_its_words_as_the_command_explains_it(
    client: TestClient, reviewed: kerasapps.RecipeResult
) -> None:
    assert client.get("/models").json()["models"][0]["explained"] is True
    text = "a wonderful, wonderful bore 😀 of a film"
    answer = client.post("/explain", json={"text": text, "label": "positive"})
    assert answer.status_code == 200, answer.text
    values = answer.json()["explanation"]
    right = kerasapps.explain_text(reviewed.bundle_dir, text, label="positive").to_dict()
    assert values == json.loads(json.dumps(right))
    words = {each["word"]: each for each in values["words"]}
    assert words["wonderful"]["weight"] > 0 and text[words["film"]["start"] :] == "film"
    for query, field in (("?samples=20", "samples"), ("?label=none", "label")):
        error = refused(client.post(f"/explain{query}", json={"text": "good"}), 422, "invalid")
        assert error["field"] == field
    error = refused(client.post("/explain", json={"texts": ["a", "b"]}), 422, "invalid")
    assert error["message"].startswith("One text is explained at a time, and 2 were given")
    refused(client.post("/explain", json={"text": "a" * 51}), 413, "too_large")
    error = refused(client.post("/explain", json={"text": "  "}), 422, "invalid")
    assert error["message"] == "the text is empty: there is nothing to explain."
    # What files there are where it runs is nobody's business.
    named = client.post("/explain", json={"text": "README.md"})
    assert Path("README.md").is_file() and named.status_code == 200, named.text
    document = client.get("/openapi.json").json()["paths"]["/explain"]["post"]
    schema = document["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(schema["properties"]["explanation"]["required"]) <= set(values)
