"""Scores and timings of a TFLite file, as the gate and `benchmark` ask for them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.deploy import measure_tflite, networks, passes
from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.deploy.passes import Scorer
from kerasapps.model_inputs import save_inputs

MODEL = Path(__file__).parent / "first_bundle" / "model_int8.tflite"
INPUTS = np.random.default_rng(0).integers(0, 256, (12, 8, 8, 1), dtype=np.uint8)


def write_job(folder: Path, **more: Any) -> Path:
    np.save(folder / "inputs.npy", INPUTS)
    job = {"model": str(MODEL), "inputs": str(folder / "inputs.npy")}
    job |= {"result": str(folder / "result.json"), **more}
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    return folder / "job.json"


def expected() -> np.ndarray:
    model = TFLiteModel(MODEL)
    return np.stack([model.scores(each) for each in INPUTS])


def test_a_process_of_its_own_scores_every_example_and_imports_no_tensorflow(
    tmp_path: Path,
) -> None:
    job = write_job(tmp_path, scores=str(tmp_path / "scores.npy"))
    name = "kerasapps.deploy.measure_tflite"
    command = [sys.executable, "-X", "importtime", "-m", name, str(job)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "kerasapps.deploy" in ended.stderr and "tensorflow" not in ended.stderr
    np.testing.assert_array_equal(np.load(tmp_path / "scores.npy"), expected())
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    latencies = [result.pop(f"latency_{each}ms") for each in ("", "p95_", "p99_")]
    assert 0 < latencies[0] <= latencies[1] <= latencies[2] < 1000
    assert set(result) == {"load_ms", "peak_memory_mb", "scores"} and result["load_ms"] > 0
    assert result["scores"] == "uint8"


def test_further_inputs_have_scores_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.save(tmp_path / "others.npy", INPUTS[5:2:-1])
    others = {"others": str(tmp_path / "others.npy"), "other_scores": str(tmp_path / "o.npy")}
    job = write_job(tmp_path, scores=str(tmp_path / "scores.npy"), **others)
    monkeypatch.setattr(sys, "argv", ["measure", str(job)])
    measure_tflite.main()
    np.testing.assert_array_equal(np.load(tmp_path / "scores.npy"), expected())
    np.testing.assert_array_equal(np.load(tmp_path / "o.npy"), expected()[5:2:-1])


def test_processes_score_as_one_does_and_each_example_when_its_turn_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_job(tmp_path)
    scorer = Scorer(MODEL, tmp_path / "inputs.npy")
    np.testing.assert_array_equal(np.stack(scorer.all(jobs=2)), expected())
    read: list[int] = []
    monkeypatch.setattr(passes, "rows_of", lambda inputs, row: read.append(row) or inputs[row])
    np.testing.assert_array_equal(scorer(3), expected()[3])
    assert read == [3] and len(scorer) == len(INPUTS)


@pytest.mark.parametrize(("more", "threads"), [({}, 1), ({"threads": 3}, 3)])
def test_what_is_timed_is_the_first_example_with_as_many_threads(
    more: dict[str, Any], threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[int] = []
    asked: list[np.ndarray] = []

    class Watched(TFLiteModel):
        def __init__(self, path: Path, *, threads: int = 1) -> None:
            loaded.append(threads)
            super().__init__(path, threads=threads)

        def scores(self, example: np.ndarray) -> np.ndarray:
            asked.append(example)
            return super().scores(example)

    def measure(load: Any) -> dict[str, float]:
        answer = load()()
        np.testing.assert_array_equal(answer, expected()[0])
        return {"latency_ms": 1.0}

    monkeypatch.setattr(networks, "TFLiteModel", Watched)
    monkeypatch.setattr(measure_tflite, "measure", measure)
    monkeypatch.setattr(sys, "argv", ["measure", str(write_job(tmp_path, **more)), "another"])
    measure_tflite.main()
    assert loaded[0] == threads and len(asked) == 1
    np.testing.assert_array_equal(asked[0], INPUTS[0])
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert result == {"latency_ms": 1.0, "scores": "uint8"}


def test_a_file_of_several_inputs_is_given_each_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tensorflow as tf

    class Sums(tf.Module):
        @tf.function(
            input_signature=[
                tf.TensorSpec((1, 3), tf.float32, name="numbers"),
                tf.TensorSpec((1, 2), tf.int32, name="categories"),
            ]
        )
        def serve(self, numbers: Any, categories: Any) -> Any:
            return 2.0 * numbers[:, :2] + tf.cast(categories, tf.float32)

    module = Sums()
    tf.saved_model.save(module, str(tmp_path / "saved"), signatures=module.serve)
    content = tf.lite.TFLiteConverter.from_saved_model(str(tmp_path / "saved")).convert()
    (tmp_path / "sums.tflite").write_bytes(content)
    dice = np.random.default_rng(0)
    rows = {
        "categories": dice.integers(0, 9, (7, 2), dtype=np.int32),
        "numbers": dice.normal(size=(7, 3)).astype(np.float32),
    }
    job = {
        "model": str(tmp_path / "sums.tflite"),
        "inputs": str(save_inputs(rows, tmp_path / "inputs")),
        "scores": str(tmp_path / "scores.npy"),
        "result": str(tmp_path / "result.json"),
    }
    (tmp_path / "job.json").write_text(json.dumps(job), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["measure", str(tmp_path / "job.json")])
    monkeypatch.setattr(measure_tflite, "measure", lambda load: {"latency_ms": float(load()()[0])})
    measure_tflite.main()
    sums = 2 * rows["numbers"][:, :2] + rows["categories"]
    np.testing.assert_allclose(np.load(tmp_path / "scores.npy"), sums, rtol=1e-6)
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert result == {"latency_ms": pytest.approx(sums[0, 0]), "scores": "float32"}
