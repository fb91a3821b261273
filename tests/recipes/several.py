"""What people do with a bundle of several answers beside what every walk does."""

from __future__ import annotations

import base64
import csv
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import kerasapps
from kerasapps.config import kinds
from tests.examples.scripts import check_agrees

NAMES = ("label", "signs", "size")
"""A class, a set of labels and a number, in this order."""


SCRIPTS = {kinds.PICTURE: "run_pictures", kinds.WORDS: "run_texts", kinds.ROWS: "run_rows"}


def check_several(bundle: Path, value: Any, folder: Path, *, run: Callable[..., Any]) -> None:
    """The answers as a table, over HTTP and by a script of other people; what is refused.

    Args:
        bundle: with the answers `NAMES`.
        value: a text, or the path of a picture.
        folder: to write in.
        run: the command line in this process.
    """
    loaded: Any = kerasapps.load_bundle(bundle)
    answer = loaded.predict(value)[0]
    assert tuple(answer) == loaded.names == NAMES
    assert answer["size"].value == pytest.approx(loaded.part("size").predict(value)[0].value)
    assert answer["label"].labels == loaded.part(None).predict(value)[0].labels
    with pytest.raises(kerasapps.ConfigError, match=r"no answer 'age'\. Known: label, signs, size"):
        loaded.part("age")
    part = loaded.part("size")
    assert pickle.loads(pickle.dumps(part)).predict(value) == part.predict(value)
    _check_table(bundle, value, answer, folder / "answers.csv", run=run)
    _check_served(bundle, value, loaded)
    script = SCRIPTS.get(loaded.manifest.preprocessing["kind"])
    assert script is None or check_agrees(script, bundle)
    for target in ("web", "android", "ios"):
        refused = run("export", bundle, "--target", target, "--output", folder / target, "--json")
        said = json.loads(refused.stdout)["error"]
        assert refused.returncode and "several" in said and not (folder / target).exists()


def _check_table(
    bundle: Path, value: Any, answer: Any, file: Path, *, run: Callable[..., Any]
) -> None:
    ended = run("predict", bundle, value, "--csv", file)
    assert ended.returncode == 0, ended.stderr
    with file.open(newline="", encoding="utf-8") as lines:
        (row,) = csv.DictReader(lines)
    label, signs, size = (answer[name] for name in NAMES)
    assert (row["label"], row["signs"]) == (label.label, "|".join(signs.labels))
    assert float(row["label score"]) == pytest.approx(label.score, rel=1e-4)
    assert float(row["size"]) == pytest.approx(size.value, rel=1e-4)
    assert run("predict", bundle, value, "--csv", file).returncode == 0  # it is ours to replace
    printed = run("predict", bundle, value, "--top-k", "1").stdout
    assert f"{value}: label: {label.label} {label.score:.1%}; signs: " in printed
    assert f"; size: {size.value:.6g}" in printed


def _check_served(bundle: Path, value: Any, loaded: Any) -> None:
    client = TestClient(kerasapps.create_app({"all": bundle}))
    described = client.get("/models").json()["models"][0]
    assert described["answers"] == "several"
    assert [each["answers"] for each in described["parts"].values()] == [
        *("classes", "labels", "number"),
    ]
    reads = described["reads"]
    sent = value if reads == "text" else base64.b64encode(Path(value).read_bytes()).decode()
    answer = client.post("/predict", json={reads: sent, "top_k": 1})
    assert answer.status_code == 200, answer.text
    said = answer.json()["predictions"][0]["answers"]
    predicted = loaded.predict(value, top_k=1)[0]
    assert said["label"]["labels"] == [predicted["label"].label]
    assert said["signs"]["labels"] == list(predicted["signs"].labels)
    assert said["size"]["value"] == pytest.approx(predicted["size"].value)
    asked = {"name": reads, "datatype": "BYTES", "shape": [1], "data": [sent]}
    inferred = client.post("/v2/models/all/infer", json={"inputs": [asked]}).json()
    outputs = {each["name"]: each for each in inferred["outputs"]}
    assert set(outputs) == {
        *("label_scores", "label_label", "signs_scores", "signs_chosen", "size_value"),
    }
    assert outputs["label_label"]["data"] == [predicted["label"].label]
    assert outputs["size_value"]["data"] == [pytest.approx(predicted["size"].value)]
    told = client.get("/v2/models/all").json()
    assert told["parameters"]["labels_of"] == {
        name: list(loaded.parts[name].labels) for name in ("label", "signs")
    }
    assert {each["name"]: each["shape"] for each in told["outputs"]} == {
        name: each["shape"] if each["shape"][0] == -1 else [-1, *each["shape"][1:]]
        for name, each in outputs.items()
    }
    schema = json.dumps(client.get("/openapi.json").json()["paths"]["/predict"])
    assert all(f'"{name}"' in schema for name in NAMES)
