"""Steps of the recipe for tables: rows to numbers and ids, options to a network."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np

from kerasapps.config import ModelConfig, TrainConfig
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.examples import RowSplits
from kerasapps.deploy.manifest import Manifest
from kerasapps.evaluation.sections import Section
from kerasapps.model_inputs import ModelInputs
from kerasapps.models.tabular_common import TabularShape
from kerasapps.outputs.classes.batches import resolve_class_weights
from kerasapps.outputs.classes.judging import ClassJudging
from kerasapps.outputs.classes.probabilities import predictor
from kerasapps.outputs.numbers.integer import NUMBERS
from kerasapps.outputs.numbers.judging import NumberJudging
from kerasapps.outputs.numbers.scaling import Scaling
from kerasapps.preprocess.pipeline import steps_per_epoch
from kerasapps.preprocess.row_pipeline import evaluation_rows, training_rows
from kerasapps.preprocess.row_spec import RowSpec
from kerasapps.preprocess.rows import fit_rows
from kerasapps.recipes.tabular.architectures import build_network
from kerasapps.recipes.tabular.encoding import RowEncoding
from kerasapps.recipes.tabular.plan import plan_training
from kerasapps.recipes.tabular.task import TASK
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import Experiment, SplitInputs, suitable_batch
from kerasapps.workflow.judging import Batches, Judged, Judging
from kerasapps.workflow.reading import trained_on
from kerasapps.workflow.steps import Options

RowArrays: TypeAlias = SplitInputs[Mapping[str, np.ndarray]]
"""The network's inputs by name, of each split."""


@dataclass(frozen=True)
class NetworkBuilder:
    """Builds the network, each time with fresh weights.

    Attributes:
        model: which architecture, and how large.
        tabular: what becomes of numbers.
        columns: what a row becomes.
        outputs: logits, or 1 for a number.
        classes: whether it answers with classes.
        dropout: of the hidden layers, or None for the model's own.
    """

    model: ModelConfig
    tabular: TabularConfig
    columns: RowSpec
    outputs: int
    classes: bool
    dropout: float | None

    def __call__(self) -> keras.Model:
        """The network."""
        shape = TabularShape(
            numbers=self.columns.numbers,
            categories=self.columns.ids,
            outputs=self.outputs,
            dropout=self.dropout,
            bins=self.tabular.bins,
        )
        network: keras.Model = build_network(self.model, shape, classes=self.classes)
        return network


def prepare(splits: RowSplits, options: Options, cache: Cache) -> Experiment:
    """Rows and options → numbers and ids, a network's builder and batches."""
    plan = plan_training(options, answer=TASK.answer_to(splits))
    tabular, train = options["tabular"], splits.train
    columns = fit_rows(
        train.columns, train.readings, target=train.target.name, min_count=tabular.min_count
    )
    inputs = _inputs(splits, RowEncoding(columns))
    outputs, classes = len(splits.labels) or 1, bool(splits.labels)
    return Experiment(
        plan=plan,
        build=NetworkBuilder(plan.model, tabular, columns, outputs, classes, plan.train.dropout),
        judging=_judging(splits, inputs, RowEncoding(columns), each_epoch=plan.is_judged),
        batches=_batches(splits, inputs, plan.train),
    )


def reload(manifest: Manifest, data: Any, work: Path) -> Judging:
    """The data that a bundle was trained on, prepared as it was then."""
    splits = trained_on(TASK, manifest, data, work)
    encoding = RowEncoding(RowSpec.from_dict(manifest.input))
    return _judging(splits, _inputs(splits, encoding), encoding)


def _inputs(splits: RowSplits, encoding: RowEncoding) -> RowArrays:
    parts = (splits.train, splits.validation, splits.test)
    return SplitInputs(*(encoding.inputs(part) for part in parts))


def _judging(
    splits: RowSplits, inputs: RowArrays, encoding: RowEncoding, *, each_epoch: bool = False
) -> ClassJudging | NumberJudging:
    if not splits.labels:
        scaling = Scaling.of(splits.train.labels)
        reading = replace(encoding, integer=NUMBERS)
        return NumberJudging(splits, inputs, reading, scaling, each_epoch=each_epoch)
    return ClassJudging(
        splits,
        inputs,
        encoding,
        each_epoch=each_epoch,
        with_auc=True,
        sections=functools.partial(_class_sections, splits, encoding),
    )


def _class_sections(splits: RowSplits, encoding: RowEncoding, judged: Judged) -> list[Section]:
    predict = predictor(judged.network)

    def error(inputs: ModelInputs, rows: np.ndarray) -> float:
        """Mean negative log-probability of the true class: it moves where accuracy does not."""
        shares = predict(inputs)[np.arange(len(rows)), splits.test.labels[rows]]
        return float(-np.log(np.maximum(shares, 1e-7)).mean())

    return encoding.sections(splits, error, unit="log loss")


def _batches(splits: RowSplits, inputs: RowArrays, train: TrainConfig) -> Batches:
    target, weights = Scaling.of(splits.train.labels).targets, None
    if splits.labels:
        target = functools.partial(_one_hot, len(splits.labels))
        weights = _row_weights(train, splits)
    rows = len(splits.train)
    size = train.batch_size or suitable_batch(rows, least=16, largest=512)

    def training(first_epoch: int) -> Any:
        return training_rows(
            inputs.train,
            target(splits.train.labels),
            batch_size=size,
            seed=train.seed,
            first_epoch=first_epoch,
            weights=weights,
        )

    return Batches(
        training=training,
        validation=evaluation_rows(
            inputs.validation, target(splits.validation.labels), batch_size=2048
        ),
        steps_per_epoch=steps_per_epoch(rows, size),
        sizes={"batch_size": size},
    )


def _one_hot(classes: int, labels: np.ndarray) -> np.ndarray:
    return np.eye(classes, dtype=np.float32)[labels]


def _row_weights(train: TrainConfig, splits: RowSplits) -> np.ndarray | None:
    weights = resolve_class_weights(train, splits.labels, splits.train.labels)
    return None if weights is None else np.array(weights, np.float32)[splits.train.labels]
