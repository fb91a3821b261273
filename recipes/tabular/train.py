"""Steps of the recipe for tables: rows to numbers and ids, options to a network."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np

from kerasapps.config import ModelConfig, TrainConfig, TrustConfig
from kerasapps.config.targets import LabelLoss, TargetKind
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.examples import RowSplits
from kerasapps.data.targets.several import part_splits
from kerasapps.deploy.manifest import Manifest
from kerasapps.evaluation.sections import Section
from kerasapps.model_inputs import ModelInputs
from kerasapps.models.outputs import answering
from kerasapps.models.tabular_common import TabularShape
from kerasapps.outputs.classes.integer import SCORES
from kerasapps.outputs.classes.judging import ClassJudging
from kerasapps.outputs.classes.probabilities import predictor
from kerasapps.outputs.labels.chosen import scored_labels
from kerasapps.outputs.labels.integer import LABEL_SCORES
from kerasapps.outputs.labels.judging import LabelJudging
from kerasapps.outputs.numbers.integer import NUMBERS
from kerasapps.outputs.numbers.judging import NumberJudging
from kerasapps.outputs.several.integer import SEVERAL
from kerasapps.outputs.several.judging import SeveralJudging
from kerasapps.preprocess.row_pipeline import evaluation_rows, training_rows
from kerasapps.preprocess.row_spec import RowSpec
from kerasapps.preprocess.rows import fit_rows
from kerasapps.preprocess.step_order import steps_per_epoch
from kerasapps.recipes.answering import trust_of
from kerasapps.recipes.ensembles import teaching_by
from kerasapps.recipes.judgings import (
    AnyJudging,
    OneJudging,
    building,
    class_weights_of,
    judging_of,
    learnt_of,
    outputs_of,
    shipping,
)
from kerasapps.recipes.tabular.architectures import build_network
from kerasapps.recipes.tabular.encoding import RowEncoding
from kerasapps.recipes.tabular.plan import plan_training
from kerasapps.recipes.tabular.task import TASK
from kerasapps.recipes.teaching import lessons_of
from kerasapps.start import Start
from kerasapps.training.distillation import Lessons
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import Experiment, SplitInputs, suitable_batch
from kerasapps.workflow.judging import Batches, Judged, Judging
from kerasapps.workflow.options import options_of
from kerasapps.workflow.reading import trained_on
from kerasapps.workflow.steps import Options

INTEGER: Mapping[TargetKind, str] = {
    "class": SCORES,
    "labels": LABEL_SCORES,
    "number": NUMBERS,
    "several": SEVERAL,
}
"""What makes the int8 file, by what is answered."""
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
        classes: whether the outputs are logits, of classes or labels.
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
    tabular, train = options["tabular"], splits.basis
    columns = fit_rows(
        train.columns, train.readings, target=train.target.name, min_count=tabular.min_count
    )
    # A table with answers has these columns, which are then no strange ones.
    columns = replace(columns, ignored=(*columns.ignored, *train.target.columns))
    inputs = _inputs(splits, RowEncoding(columns))
    logits = splits.target.kind != "number"
    lessons = lessons_of(TASK, splits, options, cache, inputs=inputs.train)
    judging = _judging(
        splits,
        inputs,
        RowEncoding(columns),
        each_epoch=plan.is_judged,
        label_loss=tabular.label_loss,
        trust=trust_of(options),
    )
    return Experiment(
        plan=plan,
        build=building(
            splits,
            NetworkBuilder(
                plan.model, tabular, columns, outputs_of(splits), logits, plan.train.dropout
            ),
        ),
        judging=judging,
        batches=_batches(splits, inputs, plan.train, lessons),
        lessons=lessons,
        ship=shipping(judging),
        teach=teaching_by(splits),
    )


def reload(manifest: Manifest, data: Any, work: Path) -> Judging:
    """The data that a bundle was trained on, prepared as it was then."""
    splits = trained_on(TASK, manifest, data, work)
    encoding = RowEncoding(RowSpec.from_dict(manifest.input))
    options = options_of(TASK, manifest)
    return _judging(
        splits,
        _inputs(splits, encoding),
        encoding,
        label_loss=options["tabular"].label_loss,
        trust=trust_of(options),
    )


def _inputs(splits: RowSplits, encoding: RowEncoding) -> RowArrays:
    parts = (splits.train, splits.validation, splits.test)
    return SplitInputs(*(encoding.inputs(part) for part in parts))


def _judging(
    splits: RowSplits,
    inputs: RowArrays,
    encoding: RowEncoding,
    *,
    each_epoch: bool = False,
    label_loss: LabelLoss | None = None,
    trust: TrustConfig = TrustConfig(),
) -> AnyJudging:
    """What judges a network; a report says of each answer what every column is worth."""
    reading = replace(encoding, integer=INTEGER[splits.target.kind])
    judging = judging_of(
        splits, inputs, reading, each_epoch=each_epoch, label_loss=label_loss, trust=trust
    )
    if not isinstance(judging, SeveralJudging):
        return _with_columns(judging, splits, encoding)
    each = {
        part.name: _with_columns(judging.judgings[part.name], part_splits(splits, part), encoding)
        for part in splits.target.parts
    }
    return replace(judging, judgings=each)


def _with_columns(judging: Any, splits: RowSplits, encoding: RowEncoding) -> OneJudging:
    """What judges one answer; its report says what every column is worth for it."""
    if isinstance(judging, ClassJudging):
        sections = functools.partial(_class_sections, splits, encoding)
        return replace(judging, with_auc=True, sections=sections)
    if isinstance(judging, LabelJudging):
        return replace(judging, sections=functools.partial(_label_sections, splits, encoding))
    number: NumberJudging = replace(judging, shows=None)
    return number


def _class_sections(splits: RowSplits, encoding: RowEncoding, judged: Judged) -> list[Section]:
    predict = predictor(judged.network)

    def error(inputs: ModelInputs, rows: np.ndarray) -> float:
        """Mean negative log-probability of the true class: it moves where accuracy does not."""
        shares = predict(inputs)[np.arange(len(rows)), splits.test.labels[rows]]
        return float(-np.log(np.maximum(shares, 1e-7)).mean())

    return encoding.sections(splits, error, unit="log loss")


def _label_sections(splits: RowSplits, encoding: RowEncoding, judged: Judged) -> list[Section]:
    answer, truth = answering(scored_labels(judged.network)), np.asarray(splits.test.labels, bool)

    def error(inputs: ModelInputs, rows: np.ndarray) -> float:
        """Mean negative log-probability of what is true of each label."""
        scores = answer(inputs)
        shares = np.where(truth[rows], scores, 1 - scores)
        return float(-np.log(np.maximum(shares, 1e-7)).mean())

    return encoding.sections(splits, error, unit="log loss")


def _batches(
    splits: RowSplits, inputs: RowArrays, train: TrainConfig, lessons: Lessons | None
) -> Batches:
    learnt = _learnt_of(splits)
    targets = learnt(splits.train.labels)
    taught = targets if lessons is None else lessons.beside(targets)
    rows = len(splits.train)
    size = train.batch_size or suitable_batch(rows, least=16, largest=512)

    def training(start: Start) -> Any:
        return training_rows(
            inputs.train,
            taught,
            batch_size=size,
            seed=train.seed,
            start=start,
            weights=_row_weights(train, splits),
        )

    return Batches(
        training=training,
        validation=evaluation_rows(
            inputs.validation, learnt(splits.validation.labels), batch_size=2048
        ),
        steps_per_epoch=steps_per_epoch(rows, size),
        sizes={"batch_size": size},
    )


def _learnt_of(splits: RowSplits) -> Callable[[np.ndarray], np.ndarray]:
    """From a split's labels to what a network learns of them, float32 `(n, k)`."""
    if splits.target.kind == "class":
        return lambda labels: np.eye(len(splits.labels), dtype=np.float32)[labels]
    learnt = learnt_of(splits)
    return lambda labels: np.asarray(learnt(labels), np.float32)


def _row_weights(train: TrainConfig, splits: RowSplits) -> np.ndarray | None:
    weights = class_weights_of(train, splits)
    return None if weights is None else np.array(weights, np.float32)[splits.train.labels]
