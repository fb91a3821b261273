"""The Open Inference Protocol on pictures: JSON and binary, as sent and as the file takes them."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

import kerasapps
from kerasapps.serve import protocol
from kerasapps.serve.refusal import Refusal
from kerasapps.serve.tensors import of_array, read_tensor
from tests.serve.asking import FIRST_BUNDLE, client_of, digit

INFER = "/v2/models/first_bundle/infer"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return client_of(max_items=4)


def scores(*numbers: int) -> np.ndarray:
    """Of digits, in the order of the labels."""
    bundle: Any = kerasapps.load_bundle(FIRST_BUNDLE)
    return np.stack([bundle.scores(digit(number)) for number in numbers])


def tensor(name: str, datatype: str, shape: list[int], **more: Any) -> dict[str, Any]:
    return {"name": name, "datatype": datatype, "shape": shape, **more}


def binary(values: dict[str, Any], *tails: bytes) -> dict[str, Any]:
    """A request whose tensors follow its JSON."""
    for each, tail in zip(values["inputs"], tails, strict=True):
        each["parameters"] = {"binary_data_size": len(tail)}
    head = json.dumps(values).encode()
    length = {"Inference-Header-Content-Length": str(len(head))}
    return {"content": head + b"".join(tails), "headers": length}


def test_what_there_is_to_ask(client: TestClient) -> None:
    assert client.get("/v2").json()["extensions"] == ["binary_tensor_data"]
    for path in ("/v2/health/live", "/v2/health/ready", "/v2/models/first_bundle/ready"):
        assert client.get(path).status_code == 200
    values = client.get("/v2/models/first_bundle/versions/1").json()
    raw = values["inputs"][1]
    assert values["inputs"][0] == tensor("picture", "BYTES", [-1])
    assert (raw["datatype"], raw["shape"]) == ("UINT8", [-1, 8, 8, 1])
    assert values["outputs"] == [tensor("scores", "FP32", [-1, 10]), tensor("label", "BYTES", [-1])]
    for path in ("/v2/models/none", "/v2/models/first_bundle/versions/2"):
        answer = client.get(path)
        assert answer.status_code == 404 and isinstance(answer.json()["error"], str)


def test_encoded_pictures_in_json_and_in_binary(client: TestClient) -> None:
    texts = [base64.b64encode(digit(number)).decode() for number in (0, 1)]
    asked = {"id": "7", "inputs": [tensor("picture", "BYTES", [2], data=texts)]}
    values = client.post(INFER, json=asked).json()
    assert values["id"] == "7" and values["model_name"] == "first_bundle"
    expected = scores(0, 1)
    np.testing.assert_array_equal(
        np.array(values["outputs"][0]["data"], np.float32), expected.ravel()
    )
    assert values["outputs"][1]["data"] == [str(each) for each in expected.argmax(axis=1)]

    tail = b"".join(struct.pack("<I", len(digit(n))) + digit(n) for n in (0, 1))
    wanted = [{"name": "scores", "parameters": {"binary_data": True}}]
    request = {"inputs": [tensor("picture", "BYTES", [2, 1])], "outputs": wanted}
    answer = client.post(INFER, **binary(request, tail))
    head = int(answer.headers["inference-header-content-length"])
    (output,) = json.loads(answer.content[:head])["outputs"]
    assert output["parameters"]["binary_data_size"] == len(answer.content) - head
    got = np.frombuffer(answer.content[head:], "<f4").reshape(output["shape"])
    np.testing.assert_array_equal(got, expected)


def test_pixels_as_the_file_takes_them(client: TestClient) -> None:
    bundle: Any = kerasapps.load_bundle(FIRST_BUNDLE)
    pixels = np.stack([bundle.reader.read(digit(number)) for number in (0, 1, 2)])
    (name,) = bundle.tensors
    asked = tensor(name, "UINT8", [3, 8, 8, 1])
    in_json = client.post(INFER, json={"inputs": [{**asked, "data": pixels.tolist()}]})
    in_bytes = client.post(INFER, **binary({"inputs": [asked]}, pixels.tobytes()))
    for answer in (in_json, in_bytes):
        data = np.array(answer.json()["outputs"][0]["data"], np.float32)
        np.testing.assert_array_equal(data, scores(0, 1, 2).ravel())


def cases() -> list[dict[str, Any]]:
    good = tensor("picture", "BYTES", [1], data=[base64.b64encode(digit()).decode()])
    return [
        {},
        {"inputs": []},
        {"inputs": [7]},
        {"inputs": [good, good]},
        {"inputs": [{**good, "name": "pixels"}]},
        {"inputs": [{**good, "datatype": "STRING"}]},
        {"inputs": [{**good, "datatype": ["BYTES"]}]},
        {"inputs": [{**good, "shape": [2]}]},
        {"inputs": [{**good, "shape": [-1]}]},
        {"inputs": [{**good, "shape": [10**12, 10**12]}]},
        {"inputs": [{**good, "data": [7]}]},
        {"inputs": [{**good, "data": ["!"]}]},
        {"inputs": [{**good, "shape": [5], "data": 5 * good["data"]}]},
        {"inputs": [{**good, "parameters": {"binary_data_size": 4}}]},
        {"inputs": [good], "outputs": [{"name": "nothing"}]},
        {"inputs": [good], "parameters": {"top_k": 2}},
        {"inputs": [good], "more": 1},
        {"inputs": [tensor("picture", "UINT8", [1, 8, 8, 1], data=[1] * 64)]},
        {"inputs": [tensor("picture", "UINT8", [1], data=[300])]},
        {"inputs": [tensor("picture", "FP32", [1], data=["a"])]},
        {"inputs": [tensor("picture", "BOOL", [1], data=[1])]},
        {"inputs": [tensor("picture", "INT8", [1, 1], data=[[[[[[[[[[[1]]]]]]]]]]])]},
    ]


@pytest.mark.parametrize("values", cases(), ids=lambda values: json.dumps(values)[:60])
def test_tensors_that_are_none_are_refused(client: TestClient, values: dict[str, Any]) -> None:
    answer = client.post(INFER, json=values)
    assert answer.status_code in (400, 413, 422), answer.text
    assert isinstance(answer.json()["error"], str)


@pytest.mark.parametrize("tail", [b"", b"\1\0", b"\xff\xff\xff\xffa", b"\0\0\0\0" * 9])
def test_binary_texts_that_are_none_are_refused(client: TestClient, tail: bytes) -> None:
    request = binary({"inputs": [tensor("picture", "BYTES", [1])]}, tail)
    assert client.post(INFER, **request).status_code == 400
    request["headers"] = {"Inference-Header-Content-Length": "1000000"}
    assert client.post(INFER, **request).status_code == 400


def test_binary_tensors_stay_in_what_is_theirs(client: TestClient) -> None:
    picture = digit()
    whole = struct.pack("<I", len(picture)) + picture
    request = binary({"inputs": [tensor("picture", "BYTES", [1])]}, whole)
    assert client.post(INFER, **request).status_code == 200
    more = {**request, "content": request["content"] + b"more"}
    answer = client.post(INFER, **more)
    assert answer.status_code == 400 and "4 bytes that belong to no input" in answer.text
    cut = struct.pack("<I", len(picture) + 1) + picture
    request = binary({"inputs": [tensor("picture", "BYTES", [1])]}, cut)
    answer = client.post(INFER, **request)
    assert answer.status_code == 400 and "in the midst of a text" in answer.text
    truths = tensor("truths", "BOOL", [2], parameters={"binary_data_size": 2})
    bytes_ = tensor("bytes", "UINT8", [4], parameters={"binary_data_size": 4})
    assert read_tensor(truths, b"\0\1abcd", 0)[1] == 2
    assert read_tensor(bytes_, b"\0\1abcd", 2)[1] == 6
    for values, tail, place in ((bytes_, b"\0\1abc", 2), (truths, b"\0\2", 0)):
        with pytest.raises(Refusal, match=r"more than the body holds|0 or 1"):
            read_tensor(values, tail, place)


def test_what_a_network_takes_is_numbers_of_as_many_examples_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    takes = {"a": ("FP32", (2,)), "b": ("INT32", (1,))}
    monkeypatch.setattr(protocol, "_raw", lambda model: takes)
    model: Any = None

    def prepared(a: list[float], b: list[int]) -> Any:
        floats, whole = np.array(a, np.float32).reshape(-1, 2), np.array(b, np.int32).reshape(-1, 1)
        return protocol._prepared({"a": of_array("a", floats), "b": of_array("b", whole)}, model)

    items = prepared([1, 2, 3, 4], [5, 6])
    assert [[each["a"].tolist(), each["b"].tolist()] for _, each in items] == [
        [[1, 2], [5]],
        [[3, 4], [6]],
    ]
    with pytest.raises(Refusal, match="different numbers of examples"):
        prepared([1, 2, 3, 4], [5])
    for value in (np.nan, np.inf):
        with pytest.raises(Refusal, match="a holds what is no number"):
            prepared([1, value], [5])
