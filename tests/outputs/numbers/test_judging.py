"""A network of numbers, from its start to its files, over plain arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np
import tensorflow as tf

from kerasapps.config import ExportConfig
from kerasapps.data.audit import Audit
from kerasapps.data.splits import Splits
from kerasapps.errors import ExportError
from kerasapps.evaluation.sections import Section, Table, plain_section
from kerasapps.evaluation.usage import Asked
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
    """A reading of arrays as they are."""

    summary = "two numbers"
    spec: ClassVar[Mapping[str, Any]] = {"size": 2}
    takes: ClassVar[Mapping[str, Any]] = {"first": tf.float32, "second": tf.float32}

    def raw(self, examples: Examples) -> list[dict[str, float]]:
        return [{"first": float(a), "second": float(b)} for a, b in examples.inputs]

    def in_graph(self) -> Callable[..., Any]:
        return lambda first, second: {"numbers": tf.stack([first, second], axis=1)}

    def asked(self, splits: Any) -> Asked:
        return Asked(typed="1,2", data="more/", python="[1, 2]", takes="two numbers", served="1, 2")

    def audit(self, splits: Any) -> list[Table]:
        return [Table(heading="Audit", rows=[[1]])]

    def sections(
        self, splits: Any, error: Callable[[Any, np.ndarray], float], *, unit: str
    ) -> list[Section]:
        rows = np.array([3, 5])
        value = error({"numbers": splits.test.inputs[rows]}, rows)
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
    SplitInputs(*({"numbers": each.inputs} for each in PARTS.values())),
    Plain(),  # type: ignore[arg-type]
    SCALING,
)


def network(*, off: float = 0.1) -> keras.Model:
    """It knows the rule, but for an error of `off` deviations that changes its sign."""
    numbers = keras.Input((2,), name="numbers")
    layer = keras.layers.Dense(1, name="sum")
    model = keras.Model({"numbers": numbers}, layer(numbers))
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
    assert judged.headline == (f"Test RMSE {judged.metric:.4g}, MAE {np.abs(errors).mean():.4g}")


def test_each_epoch_is_judged_by_the_mean_error_where_that_is_monitored() -> None:
    model = network()
    options = JUDGING.fit_options(model)
    assert options["judge"] is None
    score = options["criterion"].score(
        model({"numbers": PARTS["test"].inputs}), SCALING.targets(PARTS["test"].labels)
    )
    figure = options["criterion"].figure(float(score.sums[1] / score.sums[2]))
    np.testing.assert_allclose(figure, JUDGING.judge(model).metric, rtol=1e-3)
    judge = JUDGING.epoch_judge(model)
    expected = 0.1 * SCALING.deviation * np.abs(PARTS["validation"].inputs[:, 0]).mean()
    np.testing.assert_allclose(judge(), expected, rtol=1e-3)


def test_files_answer_in_the_targets_unit_and_the_gate_knows_a_worse_one(tmp_path: Path) -> None:
    judged = JUDGING.judge(network())
    config = ExportConfig(quantization=("float32", "int8"), calibration=200)
    candidates = dict(JUDGING.export(judged, config=config, seed=0, folder=tmp_path))
    worse = JUDGING.export(
        JUDGING.judge(network(off=0.12)),
        config=ExportConfig(quantization=("float32",), saved_model=False),
        seed=0,
        folder=_new(tmp_path / "worse"),
    )
    candidates |= {"float16": worse["float32"], "dynamic": ExportError("no such file")}
    found = {
        each.name: each
        for each in JUDGING.verify(candidates, judged, tolerance=2.0, folder=tmp_path / "gate")
    }
    for name in ("float32", "int8", "saved_model"):
        assert found[name].passed, found[name].reason
        assert found[name].agreement == 1
    np.testing.assert_allclose(found["float32"].metric, judged.metric, rtol=1e-4)
    assert abs(found["float32"].delta) < 0.01, "per cent of the error"
    assert not found["float16"].passed and "per cent of RMSE" in found["float16"].reason
    np.testing.assert_allclose(found["float16"].delta, 20, atol=0.5)
    assert found["dynamic"].reason == "no such file"
    timed = JUDGING.time(candidates["float32"], tmp_path / "timing")  # type: ignore[arg-type]
    assert 0 < timed.latency_ms < 1000


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
