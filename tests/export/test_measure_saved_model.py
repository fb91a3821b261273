"""What the gate's own process does with a SavedModel; the graphs are as small as can be."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from kerasapps import machine
from kerasapps.errors import DataError
from kerasapps.export import measure_saved_model
from kerasapps.export.odd_inputs import OddInput, write_odd

LABELS = ("a", "b", "c")


class Lengths(tf.Module):
    """Answers by the length of its input, and refuses what starts with an x."""

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.string)])
    def serve(self, raw: Any) -> Mapping[str, Any]:
        size = tf.strings.length(raw)
        names = tf.gather([["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"]], size % 3)
        scores = tf.tile([[0.5, 0.3, 0.2]], [tf.size(raw), 1])
        return {"labels": names, "scores": scores, "errors": self.errors(raw)}

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.string)])
    def prepare(self, raw: Any) -> Mapping[str, Any]:
        size = tf.cast(tf.strings.length(raw), tf.float32)
        return {"inputs": size[:, tf.newaxis], "errors": self.errors(raw)}

    def errors(self, raw: Any) -> Any:
        return tf.where(tf.strings.regex_full_match(raw, "x.*"), "starts with an x", "")


class Texts(tf.Module):
    """Knows no errors."""

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.string)])
    def serve(self, raw: Any) -> Mapping[str, Any]:
        count = tf.size(raw)
        scores = tf.tile([[0.6, 0.3, 0.1]], [count, 1])
        return {"labels": tf.tile([["c", "b", "a"]], [count, 1]), "scores": scores}


@pytest.fixture(scope="module")
def lengths(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder, module = str(tmp_path_factory.mktemp("lengths") / "saved"), Lengths()
    signatures = {"serving_default": module.serve, "prepare": module.prepare}
    tf.saved_model.save(module, folder, signatures=signatures)
    return folder


MEASURES = """
import sys
from kerasapps.export.measure_saved_model import main
for line in sys.stdin:
    sys.argv[1:] = [line.rstrip("\\n")]
    main()
    print(flush=True)
"""
Measure = Callable[[Path], None]


@pytest.fixture(scope="module")
def measure() -> Iterator[Measure]:
    """Does a job in a process of the gate's kind: one for all, as it takes long to begin."""
    process = subprocess.Popen(
        [sys.executable, "-c", MEASURES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def done(job: Path) -> None:
        print(job, file=process.stdin, flush=True)
        assert process.stdout is not None and process.stdout.readline() == "\n"

    with process:
        yield done


def run(
    measure: Measure, folder: Path, inputs: list[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    """What the process wrote."""
    (folder / "inputs.jsonl").write_text("".join(json.dumps(each) + "\n" for each in inputs))
    names = ("scores.npy", "errors", "differences", "result")
    paths = {name.split(".")[0]: str(folder / name) for name in names}
    job = {"inputs": str(folder / "inputs.jsonl"), "labels": LABELS, **paths, **more}
    (folder / "job.json").write_text(json.dumps(job))
    measure(folder / "job.json")
    written = {path.name: path for path in folder.iterdir()}
    listed = ("errors", "differences", "result")
    found = {name: json.loads(written[name].read_text()) for name in listed if name in written}
    return found | ({"scores": np.load(paths["scores"])} if "scores.npy" in written else {})


def test_scores_errors_and_differences(measure: Measure, lengths: str, tmp_path: Path) -> None:
    # More than two batches; the first input is refused, and timing takes another.
    texts = ["x", *("y" * n for n in range(1, 40)), "xx", *("y" * n for n in range(30))]
    listing = write_odd(
        tmp_path / "odd",
        [
            OddInput("right", b"abc", np.full(1, 3)),
            OddInput("wrong", b"abcd", np.full(1, 9)),
            OddInput("refused", b"xyz", np.full(1, 9)),
            OddInput("not refused", b"abc", None),
        ],
    )
    found = run(
        measure, tmp_path, [{"text": text} for text in texts], model=lengths, odd=str(listing)
    )
    refused = [text.startswith("x") for text in texts]
    assert [error == "starts with an x" for error in found["errors"]] == refused
    assert set(found["errors"]) == {"", "starts with an x"}
    # The best label has the column of its name.
    best = [(len(text) % 3) if not bad else 0 for text, bad in zip(texts, refused, strict=True)]
    np.testing.assert_array_equal(found["scores"].argmax(1), best)
    tops = np.where(refused, np.float32(0), np.float32(0.5))
    np.testing.assert_array_equal(found["scores"].max(1), tops)
    assert not found["scores"][np.flatnonzero(refused)].any()
    assert found["differences"] == [
        "wrong: up to 5 of 255 levels away",
        "not refused: read, while training refuses it",
    ]
    measured = found["result"]
    assert (
        0 < measured["latency_ms"] <= measured["latency_p95_ms"] and measured["peak_memory_mb"] > 0
    )


def test_no_more_inputs_are_read_than_are_being_answered(
    lengths: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, lock, waiting, most = measure_saved_model.BATCH, threading.Lock(), 0, 0
    read, errors_of = measure_saved_model._read, measure_saved_model._errors

    def counted(line: str) -> Any:
        nonlocal waiting, most
        with lock:
            waiting += 1
            most = max(most, waiting)
        return read(line)

    def answered(answer: Any, count: int) -> list[str]:
        nonlocal waiting
        with lock:
            waiting -= count
        return errors_of(answer, count)

    monkeypatch.setattr(measure_saved_model, "_read", counted)
    monkeypatch.setattr(measure_saved_model, "_errors", answered)
    monkeypatch.setattr(machine, "usable_cores", lambda: [0, 1])
    inputs = tmp_path / "inputs.jsonl"
    inputs.write_text("".join(json.dumps({"text": "y" * n}) + "\n" for n in range(8 * batch)))
    serve = tf.saved_model.load(lengths).signatures["serving_default"]
    scores, _ = measure_saved_model._score(serve, inputs, LABELS)
    np.testing.assert_array_equal(np.argmax(scores, 1), np.arange(8 * batch) % 3)
    assert most <= 2 * batch


def test_a_file_that_went_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.png cannot be read: No such file"):
        measure_saved_model._read(json.dumps({"file": str(tmp_path / "a.png")}))


def test_files_all_refused_and_no_scores_asked_for(
    measure: Measure, lengths: str, tmp_path: Path
) -> None:
    (tmp_path / "a.bin").write_bytes(b"x\xff\0")
    found = run(
        measure, tmp_path, [{"file": str(tmp_path / "a.bin")}], model=lengths, scores="", odd=""
    )
    assert set(found) == {"result"} and found["result"]["latency_ms"] > 0


def test_texts_know_no_errors(measure: Measure, tmp_path: Path) -> None:
    folder, module = str(tmp_path / "saved"), Texts()
    tf.saved_model.save(module, folder, signatures=module.serve)
    found = run(measure, tmp_path, [{"text": "ü"}, {"text": "b"}], model=folder)
    assert found["errors"] == ["", ""] and "differences" not in found
    expected = np.asarray([[0.1, 0.3, 0.6]] * 2, np.float32)
    np.testing.assert_array_equal(found["scores"], expected)


class Columns(tf.Module):
    """Adds a number to the length of a text, and refuses what is negative."""

    @tf.function(
        input_signature=[
            tf.TensorSpec((None,), tf.float32, name="size"),
            tf.TensorSpec((None,), tf.string, name="colour"),
        ]
    )
    def serve(self, size: Any, colour: Any) -> Mapping[str, Any]:
        values = size + tf.cast(tf.strings.length(colour), tf.float32)
        return {"value": values, "errors": tf.where(size < 0, "is negative", "")}


def test_rows_are_given_by_name_and_an_answer_without_labels_is_taken_as_it_is(
    measure: Measure,
    tmp_path: Path,
) -> None:
    folder, module = str(tmp_path / "saved"), Columns()
    tf.saved_model.save(module, folder, signatures=module.serve)
    rows = [{"colour": "x" * (n % 5), "size": n - 1} for n in range(70)]
    rows += [{"colour": "", "size": float("nan")}]
    found = run(measure, tmp_path, [{"row": row} for row in rows], model=folder, labels=None)
    expected = [[row["size"] + len(row["colour"])] for row in rows]
    np.testing.assert_array_equal(found["scores"], np.asarray(expected, np.float32))
    assert found["errors"] == ["is negative", *[""] * 70]
