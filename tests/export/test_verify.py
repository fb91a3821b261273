"""The gate: what is held against a file, and how the file is run."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

from kerasapps.config.metric import Metric
from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.errors import ExportError
from kerasapps.export import verify as gate
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.export.elsewhere import Elsewhere
from kerasapps.export.gate import Agreement, Runners
from kerasapps.export.odd_inputs import OddInput
from kerasapps.export.verify import SCORERS, HeldOut, run_measurement, verify, write_raw
from kerasapps.model_inputs import load_inputs, rows_of
from kerasapps.outputs.classes.agreement import labels_kept, same_labels
from kerasapps.outputs.classes.answer import ACCURACY

MODEL = Path(__file__).parents[1] / "deploy" / "first_bundle" / "model_int8.tflite"
MEASURED = Measurement(1.0, 2.0, 3.0, scores="uint8")
COUNT = 40


@pytest.fixture(scope="module")
def held_out() -> HeldOut:
    """Digits, of which the file finds all but a few; the reference is the file's own answer."""
    digits = load_digits()
    inputs = (digits.images[:COUNT, :, :, None] * (255 / 16)).astype(np.uint8)
    model = TFLiteModel(MODEL)
    scores = np.stack([model.scores(each) for each in inputs])
    return HeldOut(
        inputs=inputs,
        raw=(),
        reference=scores,
        metric=ACCURACY,
        share=accuracy(digits.target[:COUNT]),
        agree=same_labels,
        runners=SCORERS,
        labels=[str(n) for n in range(10)],
    )


def accuracy(truth: np.ndarray) -> Callable[..., float]:
    return lambda scores, rows=slice(None): float(np.mean(scores.argmax(1) == truth[rows]))


def judged(held_out: HeldOut, folder: Path, path: Path = MODEL, tolerance: float = 1) -> Artifact:
    (artifact,) = verify({"int8": path}, held_out=held_out, tolerance=tolerance, folder=folder)
    return artifact


def test_a_file_that_answers_as_keras_does_passes_with_its_figures(
    held_out: HeldOut, tmp_path: Path
) -> None:
    found = judged(held_out, tmp_path / "new" / "gate")
    assert found.passed and found.reason == "" and found.path == MODEL
    assert found.metric == held_out.share(held_out.reference) > 0.5
    assert found.delta == 0 and found.agreement == 1 and found.scores == "uint8"
    assert found.size_bytes == MODEL.stat().st_size
    assert found.latency_ms and found.latency_p95_ms and found.latency_p95_ms < 1000
    np.testing.assert_array_equal(
        np.load(tmp_path / "new" / "gate" / "inputs.npy"), held_out.inputs
    )


def test_a_file_that_is_no_model_fails_with_the_reason(held_out: HeldOut, tmp_path: Path) -> None:
    broken = tmp_path / "model_int8.tflite"
    broken.write_bytes(b"not a flatbuffer")
    found = judged(held_out, tmp_path / "gate", broken)
    assert not found.passed and "is no TFLite file" in found.reason
    assert found.reason.startswith(f"int8 does not run: {broken}")


def test_a_runtime_killed_by_a_signal_does_not_run(
    held_out: HeldOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = f"import os\nos.kill(os.getpid(), {signal.SIGKILL:d})"
    (tmp_path / "dying_runner.py").write_text(program, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", path)
    dying = dataclasses.replace(held_out, runners=Runners("dying_runner", "another"))
    found = judged(dying, tmp_path / "gate")
    assert not found.passed and found.path is None
    assert found.reason == "int8 does not run: its process was ended by SIGKILL"


def test_a_conversion_error_is_carried_through(held_out: HeldOut, tmp_path: Path) -> None:
    candidates = {"float32": MODEL, "int8": ExportError("no kernel for Svd")}
    good, found = verify(candidates, held_out=held_out, tolerance=1, folder=tmp_path / "gate")
    assert good.name == "float32" and good.passed
    assert not found.passed and found.path is None and found.reason == "no kernel for Svd"


def answering(
    monkeypatch: pytest.MonkeyPatch,
    scores: np.ndarray,
    *,
    errors: Sequence[str] = (),
    differences: Sequence[str] = (),
) -> list[tuple[str, Mapping[str, object], Path]]:
    """Every file is made to give these scores; the list holds what was run."""
    calls: list[tuple[str, Mapping[str, object], Path]] = []

    def run(module: str, job: Mapping[str, object], stem: Path) -> Measurement:
        calls.append((module, job, stem))
        np.save(str(job["scores"]), scores)
        for name, told in (("errors", errors), ("differences", differences)):
            if name in job:
                Path(str(job[name])).write_text(json.dumps(told), encoding="utf-8")
        return MEASURED

    monkeypatch.setattr(gate, "run_measurement", run)
    return calls


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("count", [1, COUNT])
def test_scores_that_are_no_numbers_fail(
    value: float, count: int, held_out: HeldOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = held_out.reference.copy()
    # The likeliest stays so but for the infinite one: neither accuracy nor labels need change.
    scores[np.arange(count), scores[:count].argmin(1)] = value
    answering(monkeypatch, scores)
    found = judged(held_out, tmp_path, tolerance=100)
    assert not found.passed and found.reason == (
        "1 score is not a number" if count == 1 else f"{count} scores are not numbers"
    )


@pytest.mark.parametrize("lost", [0, 2, 3])
def test_a_loss_of_exactly_the_tolerance_passes_and_a_hair_more_does_not(
    lost: int, held_out: HeldOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = np.arange(COUNT) % 10
    reference = np.eye(10)[truth]
    scores = np.eye(10)[np.where(np.arange(COUNT) < lost, (truth + 1) % 10, truth)]
    answering(monkeypatch, scores)
    exact = dataclasses.replace(held_out, reference=reference, share=accuracy(truth))
    points = 100 * lost / COUNT
    found = judged(exact, tmp_path, tolerance=points)
    assert found.passed and found.delta == pytest.approx(-points)
    assert found.agreement == pytest.approx(1 - lost / COUNT)
    if lost:
        found = judged(exact, tmp_path, tolerance=points - 1e-6)
        assert not found.passed and f"loses {points:.2f} points against Keras" in found.reason
        assert f"({lost} of {COUNT} examples)" in found.reason
        assert f"the tolerance is {points:g}" in found.reason


def test_a_file_that_is_better_than_keras_passes(
    held_out: HeldOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = np.arange(COUNT) % 10
    answering(monkeypatch, np.eye(10)[truth])
    reference = np.eye(10)[np.where(np.arange(COUNT) < 2, (truth + 1) % 10, truth)]
    worse = dataclasses.replace(held_out, reference=reference, share=accuracy(truth))
    found = judged(worse, tmp_path, tolerance=0)
    assert found.passed and found.delta == pytest.approx(5)


RMSE = Metric(name="RMSE", key="rmse", quality="rmse", perfect=None, unit="", better="min")
TRUTH = np.linspace(-1, 3, COUNT)


def numbers(held_out: HeldOut) -> HeldOut:
    """Keras' numbers are 1 away from the truth, and a file agrees that is as near to them."""

    def agree(scores: np.ndarray, reference: np.ndarray, *, tolerance: float) -> Agreement:
        near = np.abs(scores - reference) < 0.5
        return Agreement(float(near.mean()), "" if near.all() else f"is far off, {tolerance}")

    def rmse(scores: np.ndarray, rows: Any = slice(None)) -> float:
        return float(np.sqrt(np.mean((scores[:, 0] - TRUTH[rows]) ** 2)))

    reference = (TRUTH + 1)[:, np.newaxis]
    return dataclasses.replace(
        held_out, reference=reference, metric=RMSE, share=rmse, agree=agree, labels=None
    )


@pytest.mark.parametrize(("away", "passes"), [(1.02, True), (1.0201, False), (0.9, True)])
def test_of_an_error_the_tolerance_is_per_cent_of_keras(
    away: float,
    passes: bool,
    held_out: HeldOut,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = answering(monkeypatch, (TRUTH + away)[:, np.newaxis])
    found = judged(numbers(held_out), tmp_path, tolerance=2)
    assert found.metric == pytest.approx(away) and found.delta == pytest.approx(100 * (away - 1))
    assert found.passed is passes and "labels" not in calls[0][1]
    said = "loses 2.01 per cent of RMSE against Keras; the tolerance is 2"
    assert found.reason == ("" if passes else said)


def test_as_small_an_error_does_not_excuse_other_answers(
    held_out: HeldOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, (TRUTH - 1)[:, np.newaxis])
    found = judged(numbers(held_out), tmp_path, tolerance=2)
    assert found.delta == pytest.approx(0) and found.agreement == 0
    assert not found.passed and found.reason == "is far off, 2"


def test_an_error_of_no_number_is_left_out(
    held_out: HeldOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, np.full((COUNT, 1), np.nan))
    found = judged(numbers(held_out), tmp_path, tolerance=2)
    assert (found.metric, found.delta) == (None, None)
    assert found.reason == f"{COUNT} scores are not numbers"


def test_a_file_of_several_inputs_gets_them_by_name(
    held_out: HeldOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = answering(monkeypatch, held_out.reference)
    inputs = {"numbers": np.ones((COUNT, 2), np.float32), "categories": np.zeros((COUNT, 1), int)}
    assert judged(dataclasses.replace(held_out, inputs=inputs), tmp_path).passed
    saved = load_inputs(Path(str(calls[0][1]["inputs"])))
    assert isinstance(saved, Mapping) and set(saved) == set(inputs)
    for name, values in inputs.items():
        np.testing.assert_array_equal(saved[name], values)
        assert saved[name].dtype == values.dtype


def test_a_file_that_guesses_as_often_rightly_but_otherwise_fails(
    held_out: HeldOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = np.random.default_rng(0)
    reference, scores = dice.dirichlet(np.ones(10), (2, COUNT))
    answering(monkeypatch, scores)
    chance = dataclasses.replace(held_out, reference=reference, share=lambda scores: 0.1)
    found = judged(chance, tmp_path)
    assert found.delta == 0 and not found.passed and "another label than Keras" in found.reason
    assert found.agreement == np.mean(reference.argmax(1) == scores.argmax(1)) < 0.3
    # What a search asks for: any file, whatever it lost.
    assert judged(chance, tmp_path, tolerance=100).passed


def test_a_folder_is_run_by_tensorflow_on_raw_inputs(
    held_out: HeldOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = answering(monkeypatch, held_out.reference)
    folder, scratch = tmp_path / "saved_model", tmp_path / "gate"
    folder.mkdir()
    texts = dataclasses.replace(held_out, raw=["good", "bad"])
    candidates = {"saved_model": folder, "int8": MODEL}
    assert all(
        each.passed for each in verify(candidates, held_out=texts, tolerance=1, folder=scratch)
    )
    (module, job, stem), (other, other_job, other_stem) = calls
    assert (module, other) == (SCORERS.saved_model, SCORERS.tflite)
    assert job["model"] == str(folder) and other_job["model"] == str(MODEL)
    assert job["inputs"] == str(scratch / "raw.jsonl")
    assert other_job["inputs"] == str(scratch / "inputs.npy")
    assert job["labels"] == list(held_out.labels)
    assert (stem, other_stem) == (scratch / "saved_model", scratch / "int8")
    lines = (scratch / "raw.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [{"text": "good"}, {"text": "bad"}]


def test_tflite_files_run_over_what_another_program_prepared_and_folders_do_not(
    held_out: HeldOut, tmp_path: Path
) -> None:
    rows = np.array([3, 7, 8, 20])
    assert isinstance(held_out.inputs, np.ndarray)
    inputs = held_out.inputs[[3, 7, 8, 21]]  # the last is another digit than its row has
    other = Elsewhere("upside down", rows, inputs, labels_kept, "Turn them")
    found = judged(dataclasses.replace(held_out, elsewhere=other), tmp_path, tolerance=100)
    kept = held_out.reference[[3, 7, 8, 21]].argmax(1) == held_out.reference[rows].argmax(1)
    assert kept.tolist() == [True, True, True, False]
    figures = found.elsewhere
    assert figures is not None and found.passed
    assert (figures.name, figures.examples, figures.agreement) == ("upside down", 4, 0.75)
    assert figures.metric == held_out.share(held_out.reference[[3, 7, 8, 21]], rows)
    assert found.metric == held_out.share(held_out.reference) and found.agreement == 1
    assert judged(held_out, tmp_path / "b").elsewhere is None


def test_a_file_that_answers_otherwise_elsewhere_passes_with_a_warning(
    held_out: HeldOut, tmp_path: Path
) -> None:
    rows = np.arange(30)
    other = Elsewhere("mixed up", rows, rows_of(held_out.inputs, rows[::-1]), labels_kept, "Sort")
    found = judged(dataclasses.replace(held_out, elsewhere=other), tmp_path, tolerance=1)
    assert found.passed and found.reason == ""
    assert found.note.startswith("mixed up: loses ") and "; the tolerance is 1; " in found.note
    assert found.note.endswith("of 30 examples get another label. Sort")


def test_a_folder_has_no_figures_of_another_program(
    held_out: HeldOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = answering(monkeypatch, held_out.reference)
    other = Elsewhere("x", np.arange(2), rows_of(held_out.inputs, np.arange(2)), labels_kept, "y")
    found = judged_folder(dataclasses.replace(held_out, elsewhere=other), tmp_path)
    assert found.passed and found.elsewhere is None and "others" not in calls[0][1]


def judged_folder(held_out: HeldOut, tmp_path: Path, tolerance: float = 1) -> Artifact:
    folder = tmp_path / "saved_model"
    folder.mkdir(parents=True)
    candidates = {"saved_model": folder}
    (artifact,) = verify(
        candidates, held_out=held_out, tolerance=tolerance, folder=tmp_path / "gate"
    )
    return artifact


def test_a_folder_is_judged_by_the_inputs_that_it_reads(
    held_out: HeldOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = ["a TIFF picture" if row % 4 == 1 else "" for row in range(COUNT)]
    refused = np.flatnonzero(errors)
    scores = held_out.reference.copy()
    scores[refused] = 0
    answering(monkeypatch, scores, errors=errors)
    found = judged_folder(held_out, tmp_path)
    rows = np.flatnonzero([not error for error in errors])
    assert found.passed and found.agreement == 1 and found.delta == 0
    assert found.metric == held_out.share(held_out.reference[rows], rows)
    assert found.note == f"refuses {len(refused)} of {COUNT} examples: 10× a TIFF picture"


def test_what_is_read_wrongly_is_not_excused_by_what_is_refused(
    held_out: HeldOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = ["", *["no"] * (COUNT - 2), ""]
    scores = held_out.reference.copy()
    scores[-1] = np.roll(scores[-1], 1)
    answering(monkeypatch, scores, errors=errors)
    found = judged_folder(held_out, tmp_path)
    assert found.agreement == 0.5 and not found.passed and found.note.startswith("refuses 38 of 40")


def test_a_folder_that_reads_nothing_is_withheld(
    held_out: HeldOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = ["a TIFF picture"] * COUNT
    answering(monkeypatch, np.zeros_like(held_out.reference), errors=errors)
    found = judged_folder(held_out, tmp_path)
    assert not found.passed and found.path is None
    assert found.reason == f"refuses {COUNT} of {COUNT} examples: {COUNT}× a TIFF picture"


ODD = [OddInput("a kind", b"raw", np.zeros((1, 1, 3)))]


def test_other_pixels_than_in_training_fail_a_folder_whatever_the_tolerance(
    held_out: HeldOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = dataclasses.replace(held_out, odd=ODD)
    errors = [""] * COUNT
    calls = answering(monkeypatch, held_out.reference, errors=errors, differences=["a kind: far"])
    found = judged_folder(odd, tmp_path, tolerance=100)
    assert found.reason == "sees other pixels than training saw: a kind: far" and not found.note
    assert not found.passed and found.metric == held_out.share(held_out.reference)
    listing = Path(str(calls[0][1]["odd"]))
    assert json.loads(listing.read_text(encoding="utf-8"))["kind"] == "a kind"
    answering(monkeypatch, held_out.reference, errors=errors)
    assert judged_folder(odd, tmp_path / "again").passed


def test_odd_inputs_are_for_folders(
    held_out: HeldOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = answering(monkeypatch, held_out.reference, differences=["a kind: far"])
    assert judged(dataclasses.replace(held_out, odd=ODD), tmp_path).passed
    assert not {"odd", "errors", "differences"} & set(calls[0][1])


def test_raw_inputs_are_texts_whole_paths_or_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_raw(tmp_path / "raw.jsonl", [Path("a b.png"), tmp_path / "ö.png", {"ä": 1.5, "b": ""}])
    lines = (tmp_path / "raw.jsonl").read_text(encoding="utf-8").splitlines()
    names = [str(tmp_path / "a b.png"), str(tmp_path / "ö.png")]
    row = {"row": {"ä": 1.5, "b": ""}}
    assert [json.loads(line) for line in lines] == [*({"file": name} for name in names), row]


def test_a_measurement_is_what_the_module_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = """
import json, sys
job = json.load(open(sys.argv[1]))
if job["status"]:
    print("not this", file=sys.stderr)
    sys.exit(job["status"])
json.dump({"latency_ms": 1, "latency_p95_ms": 2, "peak_memory_mb": 3}, open(job["result"], "w"))
"""
    (tmp_path / "telling_runner.py").write_text(program, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    found = run_measurement("telling_runner", {"status": 0}, tmp_path / "a.tflite")
    assert found == Measurement(1, 2, 3)
    assert (tmp_path / "a.result.json").exists() and (tmp_path / "a.job.json").exists()
    with pytest.raises(ExportError, match="status 3: not this"):
        run_measurement("telling_runner", {"status": 3}, tmp_path / "b")
