"""Pictures asked over HTTP in every way, and everything that is refused."""

from __future__ import annotations

import base64
import io
import json
import zlib
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

import kerasapps
from kerasapps import ServeConfig
from tests.serve.asking import FIRST_BUNDLE, client_of, digit, encoded, refused

PNG = {"content-type": "image/png"}
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def client() -> TestClient:
    return client_of(max_pixels=10_000, max_body_mb=0.1, max_items=4)


def right(count: int, top_k: int = 3) -> list[dict[str, Any]]:
    """What `load_bundle` answers."""
    bundle = kerasapps.load_bundle(FIRST_BUNDLE)
    answers = bundle.predict([digit(number) for number in range(count)], top_k=top_k)
    return [{"labels": list(each.labels), "scores": list(each.scores)} for each in answers]


def test_a_picture_is_answered_as_load_bundle_answers_it_however_it_is_sent(
    client: TestClient,
) -> None:
    texts = [base64.b64encode(digit(number)).decode() for number in range(3)]
    files = [("pictures", (f"{n}.png", digit(n), "image/png")) for n in range(3)]
    many = [
        client.post("/predict", json={"pictures": texts, "top_k": 2}),
        client.post("/predict", files=files, data={"top_k": "2"}),
        client.post("/predict?top_k=2", files=files),
        client.post("/models/first_bundle/predict?top_k=2", json={"pictures": texts}),
    ]
    for answer in many:
        assert answer.status_code == 200, answer.text
        assert answer.json() == {
            "model": "first_bundle",
            "artifact": "int8",
            "predictions": right(3, 2),
        }
    one = [
        client.post("/predict", content=digit(), headers=PNG),
        client.post(
            "/predict", content=digit(), headers={"content-type": "application/OCTET-stream"}
        ),
        client.post("/predict", json={"picture": f"data:image/png;base64,{texts[0]}"}),
    ]
    for answer in one:
        assert answer.json()["predictions"] == right(1)


def test_as_many_as_may_be_are_answered(client: TestClient) -> None:
    assert client.post("/predict", files=4 * [("pictures", digit())]).status_code == 200
    one = client_of(max_requests=1)
    for _ in range(3):  # one after the other
        assert one.get("/models").status_code == 200


def test_animated_pictures_are_answered_by_their_first_frame(client: TestClient) -> None:
    frames = [Image.open(io.BytesIO(digit(number))).convert("RGB") for number in (0, 1)]
    moving = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    answer = client.post("/predict", content=moving, headers={"content-type": "image/webp"})
    assert answer.json()["predictions"] == right(1)


@pytest.mark.parametrize(
    ("body", "code", "status", "said"),
    [
        (b"", "malformed", 400, "JSON"),
        (b"\xff{}", "malformed", 400, "not UTF-8 at byte 1"),
        (b'{"picture": NaN}', "malformed", 400, "NaN"),
        (b'{"picture": 1e999}', "malformed", 400, "too large"),
        (b"[" * 50_000, "malformed", 400, "nested too deeply"),
        (b'{"picture": ' + b"1" * 5000 + b"}", "malformed", 400, "too long"),
        (b"[]", "malformed", 400, "object"),
        (b'{"picture": "", "top_k": 1, "top_k": 2}', "malformed", 400, "'top_k' twice"),
        (b"{}", "invalid", 422, "either picture or pictures"),
        (b'{"picture": "", "pictures": []}', "invalid", 422, "either"),
        (b'{"pictures": []}', "invalid", 422, "nothing to answer"),
        (b'{"pictures": "a"}', "invalid", 422, "must be a list"),
        (b'{"pictures": ["","","","",""]}', "too_large", 413, "more than the 4"),
        (b'{"picture": 7}', "invalid", 422, "got a number"),
        (b'{"picture": "\\u00e9"}', "invalid", 422, "no base64"),
        (b'{"picture": "", "topk": 1}', "invalid", 422, "'top_k'"),
        (b'{"picture": "", "top_k": "1"}', "invalid", 422, "top_k must be a whole number"),
        (b'{"picture": "", "top_k": true}', "invalid", 422, "whole number"),
    ],
)
def test_json_that_cannot_be_answered_is_refused(
    client: TestClient, body: bytes, code: str, status: int, said: str
) -> None:
    error = refused(client.post("/predict", content=body, headers=JSON), status, code)
    assert said in error["message"]
    assert client.post("/predict", content=digit(), headers=PNG).status_code == 200


def test_the_field_at_fault_is_named(client: TestClient) -> None:
    good = base64.b64encode(digit()).decode()
    body = {"pictures": [good, base64.b64encode(digit()[:60]).decode()]}
    error = refused(client.post("/predict", json=body), 422, "unreadable")
    assert error["field"] == "pictures[1]" and "truncated" in error["message"]
    error = refused(client.post("/predict", json={"picture": good, "top_k": 0}), 422, "invalid")
    assert error["field"] == "top_k"
    for text in ("x", "1_0"):
        answer = client.post(f"/predict?top_k={text}", content=digit(), headers=PNG)
        assert refused(answer, 422, "invalid")["field"] == "top_k"
    both = client.post("/predict?top_k=1", json={"picture": good, "top_k": 1})
    assert refused(both, 422, "invalid")["field"] == "top_k"
    refused(client.post("/predict?top_k=1&top_k=2", content=digit(), headers=PNG), 422, "invalid")


def bomb(width: int, height: int) -> bytes:
    """A small PNG file that decodes to many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        sum_of = zlib.crc32(name + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + name + data + sum_of

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_pictures_of_too_many_pixels_are_refused_before_they_are_decoded(
    client: TestClient,
) -> None:
    assert client.post("/predict", content=bomb(100, 100), headers=PNG).status_code == 200
    for width, height in ((101, 100), (60_000, 60_000)):
        answer = client.post("/predict", content=bomb(width, height), headers=PNG)
        refused(answer, *((413, "too_large") if width < 1000 else (422, "unreadable")))


@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream"])
@pytest.mark.parametrize("body", [b"no picture", digit()[:40], digit(kind="WEBP")[:30], b"GIF89a"])
def test_what_is_no_picture_is_refused(client: TestClient, kind: str, body: bytes) -> None:
    answer = client.post("/predict", content=body, headers={"content-type": kind})
    error = refused(answer, 422, "unreadable")
    if body == b"no picture":
        assert error["message"] == "body cannot be used: not a picture but a text file."


def test_bodies_are_no_larger_than_they_may_be(client: TestClient) -> None:
    large = [bytes(30_000)] * 4
    announced = client.post("/predict", content=b"".join(large), headers=PNG)
    flowing = client.post("/predict", content=iter(large), headers=PNG)
    form = client.post("/predict", files={"pictures": b"".join(large)})
    for answer in (announced, flowing, form):
        refused(answer, 413, "too_large")


def test_types_that_are_not_taken_are_refused(client: TestClient) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "video/mp4", ""):
        headers = {"content-type": kind} if kind else {}
        error = refused(client.post("/predict", content=b"a", headers=headers), 415, "unsupported")
        assert "image/*" in error["message"]
    packed = {**PNG, "content-encoding": "gzip"}
    refused(client.post("/predict", content=digit(), headers=packed), 415, "unsupported")
    form = refused(client.post("/predict", data={"picture": "a"}), 415, "unsupported")
    assert "curl -d" in form["message"] and "add -H 'Content-Type: application/" in form["message"]
    bad = {"content-type": "multipart/form-data"}
    refused(client.post("/predict", content=b"--x", headers=bad), 400, "malformed")
    bad = {"content-type": "multipart/form-data; boundary=x"}
    refused(client.post("/predict", content=b"--y\r\n", headers=bad), 400, "malformed")
    refused(client.post("/predict", data={"picture": "a"}, files={"b": b""}), 422, "invalid")
    files = [("pictures", digit()) for _ in range(9)]
    refused(client.post("/predict", files=files), 413, "too_large")


def test_addresses_and_methods_that_there_are_not(client: TestClient) -> None:
    assert "/openapi.json" in refused(client.get("/nothing"), 404, "unknown")["message"]
    refused(client.post("/models/nothing/predict", json={}), 404, "unknown")
    assert "POST" in refused(client.get("/predict"), 405, "method")["message"]
    refused(client.get("/health/", follow_redirects=False), 404, "unknown")


def test_openapi_says_what_each_model_takes_and_gives(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    asked = document["paths"]["/predict"]["post"]
    content = asked["requestBody"]["content"]
    assert set(content) == {
        "application/json", "multipart/form-data", "image/*", "application/octet-stream"
    }  # fmt: skip
    assert set(content["application/json"]["schema"]["properties"]) == {
        "picture", "pictures", "top_k"
    }  # fmt: skip
    given = asked["responses"]["200"]["content"]["application/json"]["schema"]
    one = given["properties"]["predictions"]["items"]["properties"]
    assert set(one) == set(right(1)[0])
    assert "/v2/models/first_bundle/infer" in document["paths"]


def test_the_page_needs_nothing_of_others(client: TestClient) -> None:
    for path in ("/", "/page.css", "/page.js"):
        answer = client.get(path)
        assert answer.status_code == 200 and "//" not in answer.text.replace("// ", "")
        assert "default-src 'self'" in answer.headers["content-security-policy"]
    values = client.get("/models").json()["models"]
    assert [each["reads"] for each in values] == ["picture"] and len(values[0]["labels"]) == 10


def test_several_bundles_each_have_an_address() -> None:
    client = client_of({"one": FIRST_BUNDLE, "two": FIRST_BUNDLE})
    for name in ("one", "two"):
        answer = client.post(f"/models/{name}/predict", content=digit(), headers=PNG)
        assert json.loads(answer.text)["model"] == name
    assert client.post("/predict", content=digit(), headers=PNG).json()["model"] == "one"


def test_what_a_server_needs_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kerasapps.serve.server._NEEDS", ("fastapi", "no_such_package"))
    with pytest.raises(kerasapps.DependencyError, match=r'pip install "kerasapps\[serve\]"'):
        kerasapps.create_app(FIRST_BUNDLE, serve=ServeConfig())
