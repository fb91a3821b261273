"""A network of numbers, from its start to its files, over plain arrays."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import ExportConfig
from kerasapps.data.audit import Audit
from kerasapps.data.splits import Splits
from kerasapps.errors import ExportError
from kerasapps.evaluation.sections import Section, Table, plain_section
from kerasapps.evaluation.usage import Asked
from kerasapps.export.elsewhere import Elsewhere
from kerasapps.export.odd_inputs import OddInput
from kerasapps.outputs.numbers.agreement import near_numbers
from kerasapps.outputs.numbers.integer import NUMBERS
from kerasapps.outputs.numbers.judging import NumberJudging
from kerasapps.outputs.numbers.scaling import Scaling
from kerasapps.workflow.experiment import SplitInputs

RNG = np.random.default_rng(0)


@dataclass(frozen=True)
class Examples:
    """Two numbers an example, whose weighted sum is the label."""

    inputs: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def origins(self) -> Sequence[str]:
        return [f"row {row}" for row in range(len(self))]


class Plain:
    """A reading of two numbers in a text, with a comma between; others are refused."""

    summary = "two numbers"
    spec: ClassVar[Mapping[str, Any]] = {"size": 2}
    takes: ClassVar[Mapping[str, Any]] = {"row": tf.string}
    integer = NUMBERS
    refuses = True

    def __init__(self) -> None:
        self.converted: list[keras.Model] = []

    def raw(self, examples: Examples) -> list[dict[str, str]]:
        return [{"row": f"{a:.9g},{b:.9g}"} for a, b in examples.inputs]

    def in_graph(self) -> Callable[..., Any]:
        def read(rows: Any) -> tuple[Any, Any]:
            fine = tf.strings.regex_full_match(rows, "[-+.e0-9]+,[-+.e0-9]+")
            texts = tf.strings.split(tf.where(fine, rows, "0,0"), ",").to_tensor(shape=(None, 2))
            return tf.strings.to_number(texts), tf.where(fine, "", "no two numbers")

        return read

    def convertible(self, network: keras.Model) -> keras.Model:
        self.converted.append(network)
        return network

    def odd_inputs(self) -> list[OddInput]:
        halves = np.array([0.5, 0.5], np.float32)
        return [OddInput("halves", b"0.5,5e-1", halves), OddInput("words", b"one,two", None)]

    def asked(self, splits: Any) -> Asked:
        return Asked(typed="1,2", data="more/", python="[1, 2]", takes="two numbers", served="1, 2")

    def audit(self, splits: Any) -> list[Table]:
        return [Table(heading="Audit", rows=[[1]])]

    def sections(
        self, splits: Any, error: Callable[[Any, np.ndarray], float], *, unit: str
    ) -> list[Section]:
        rows = np.array([3, 5])
        value = error(splits.test.inputs[rows], rows)
        return [plain_section("own", link="Own", heading="Own", lead=f"{value:.6f} {unit}")]

    def write_files(self, folder: Path) -> None:
        (folder / "written.txt").touch()


def examples(count: int) -> Examples:
    inputs = RNG.normal(size=(count, 2)).astype(np.float32)
    return Examples(inputs, (500 + 30 * inputs[:, 0] - 10 * inputs[:, 1]).astype(np.float64))


PARTS = {"train": examples(300), "validation": examples(40), "test": examples(60)}
SPLITS: Splits[Any] = Splits((), *PARTS.values(), Audit("here"), "")
SCALING = Scaling.of(PARTS["train"].labels)
JUDGING = NumberJudging(
    SPLITS,
    SplitInputs(*(each.inputs for each in PARTS.values())),
    Plain(),
    SCALING,
)


def network(*, off: float = 0.1) -> keras.Model:
    """It knows the rule, but for an error of `off` deviations that changes its sign."""
    numbers = keras.Input((2,), name="numbers")
    layer = keras.layers.Dense(1, name="sum")
    model = keras.Model(numbers, layer(numbers))
    scale = SCALING.deviation
    kernel = np.array([[30 / scale + off], [-10 / scale]], np.float32)
    layer.set_weights([kernel, np.array([(500 - SCALING.mean) / scale], np.float32)])
    return model


def test_a_network_is_judged_in_the_targets_unit() -> None:
    judged = JUDGING.judge(network())
    errors = 0.1 * SCALING.deviation * PARTS["test"].inputs[:, 0]
    np.testing.assert_allclose(judged.answers - JUDGING.truth, errors, atol=1e-3)
    assert judged.metric == judged.figures.to_dict()["rmse"]
    np.testing.assert_allclose(judged.metric, np.sqrt((errors**2).mean()), rtol=1e-4)
    near = f"Test RMSE {judged.metric:.4g}, MAE {np.abs(errors).mean():.4g}"
    guess = f"(guessing the mean: RMSE {judged.figures.true_deviation:.4g})"
    assert judged.headline == judged.told == f"{near} {guess}" and not judged.figures.warnings
    spoilt = JUDGING.judge(network(off=9.0))
    assert spoilt.warnings == spoilt.figures.warnings != []
    assert spoilt.told == f"{spoilt.headline}. {spoilt.warnings[0]}"


def test_each_epoch_is_judged_by_the_mean_error_where_that_is_monitored() -> None:
    model = network()
    options = JUDGING.fit_options(model)
    assert options["judge"] is None
    score = options["criterion"].score(
        model(PARTS["test"].inputs), SCALING.targets(PARTS["test"].labels)
    )
    figure = options["criterion"].figure(float(score.sums[1] / score.sums[2]))
    np.testing.assert_allclose(figure, JUDGING.judge(model).metric, rtol=1e-3)
    judge = JUDGING.epoch_judge(model)
    expected = 0.1 * SCALING.deviation * np.abs(PARTS["validation"].inputs[:, 0]).mean()
    np.testing.assert_allclose(judge(), expected, rtol=1e-3)


@pytest.mark.slow
def test_files_answer_in_the_targets_unit_and_the_gate_knows_a_worse_one(tmp_path: Path) -> None:
    judged = JUDGING.judge(network())
    config = ExportConfig(quantization=("float32", "int8"), calibration=200)
    reading = Plain()
    judging = dataclasses.replace(JUDGING, reading=reading, elsewhere=shifted)
    candidates = dict(judging.export(judged, config=config, seed=0, folder=tmp_path))
    assert reading.converted == [judged.network]
    worse = JUDGING.export(
        JUDGING.judge(network(off=0.12)),
        config=ExportConfig(quantization=("float32",), saved_model=False),
        seed=0,
        folder=_new(tmp_path / "worse"),
    )
    candidates |= {"float16": worse["float32"], "dynamic": ExportError("no such file")}
    found = {
        each.name: each
        for each in judging.verify(candidates, judged, tolerance=2.0, folder=tmp_path / "gate")
    }
    for name in ("float32", "int8", "saved_model"):
        assert found[name].passed, found[name].reason
        assert found[name].agreement == 1
    np.testing.assert_allclose(found["float32"].metric, judged.metric, rtol=1e-4)
    assert abs(found["float32"].delta) < 0.01, "per cent of the error"
    assert not found["float16"].passed and "per cent of RMSE" in found["float16"].reason
    np.testing.assert_allclose(found["float16"].delta, 20, atol=0.5)
    assert found["dynamic"].reason == "no such file"
    elsewhere = found["float32"].elsewhere
    assert elsewhere is not None and elsewhere.examples == 10
    assert elsewhere.metric != found["float32"].metric
    assert (tmp_path / "gate/differences.json").read_text() == "[]", "odd inputs were tried"
    serve = tf.saved_model.load(str(candidates["saved_model"])).signatures["serving_default"]
    answers = serve(row=tf.constant(["1,2", "a,b"]))
    assert answers["errors"].numpy().tolist() == [b"", b"no two numbers"]
    assert answers["value"].numpy()[0] > 400 and answers["value"].numpy()[1] == 0
    timed = JUDGING.time(candidates["float32"], tmp_path / "timing")  # type: ignore[arg-type]
    assert 0 < timed.latency_ms < 1000


def shifted() -> Elsewhere:
    """Ten examples, moved a little."""
    return Elsewhere(
        name="moved",
        rows=np.arange(10),
        inputs=PARTS["test"].inputs[:10] + 0.1,
        agree=functools.partial(near_numbers, tolerance=2.0),
        advice="",
    )


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_file_that_answers_otherwise_does_not_pass_for_being_as_good(tmp_path: Path) -> None:
    judged = JUDGING.judge(network(off=0.5))
    other = JUDGING.export(
        JUDGING.judge(network(off=-0.5)),
        config=ExportConfig(quantization=("float32",), saved_model=False),
        seed=0,
        folder=tmp_path,
    )
    (found,) = JUDGING.verify(other, judged, tolerance=5.0, folder=tmp_path / "gate")
    assert abs(found.delta) < 1 and not found.passed
    assert "another number than Keras" in found.reason and found.agreement < 0.5


def test_the_report_has_the_tasks_own_sections() -> None:
    judged = JUDGING.judge(network())
    report = JUDGING.report(judged)
    errors = 0.1 * SCALING.deviation * PARTS["test"].inputs[[3, 5], 0]
    assert [each.name for each in report.sections] == ["numbers", "own"]
    assert f"{np.sqrt((errors**2).mean()):.2f}" in report.sections[1].html
    assert "RMSE" in report.sections[1].html and report.audit[0].heading == "Audit"
