"""From a table to a verified file that answers for a row."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kerasapps.config import (
    ClusterConfig,
    CompressConfig,
    ExportConfig,
    LoadConfig,
    RepeatConfig,
    TrainConfig,
    TrustConfig,
    TuneConfig,
)
from kerasapps.config.compress import PRUNED, TAUGHT
from kerasapps.data.rows.config import TabularConfig
from kerasapps.outputs.classes.answer import OPTIONS
from kerasapps.outputs.classes.predicting import TopLabelsConfig
from kerasapps.recipes.answering import ANSWERS, ENSEMBLES, ROUNDED
from kerasapps.recipes.tabular.architectures import ARCHITECTURES
from kerasapps.workflow.own import ModelChoice
from kerasapps.workflow.phrases import Phrases
from kerasapps.workflow.result import RecipeResult
from kerasapps.workflow.task import Task

TASK = Task(
    name="tabular",
    makes="a model of table rows that answers with a class, a set of labels, a number or several",
    noun="table rows",
    rows="rows",
    options=TabularConfig,
    architectures=ARCHITECTURES,
    model="mlp",
    answers=ANSWERS,
    package=__package__,
    phrases=Phrases(
        data="CSV, TSV, JSON, JSONL or Parquet file, folder with train, validation and test files, "
        "or tfds:NAME",
        form="a table with a column to be answered (--target COLUMN)",
        does=("answer", "table rows"),
        inputs=("files of table rows", "rows as JSON objects"),
        example="houses.csv --target price",
        example_input="new_houses.csv",
        gives="answers table rows",
        explains="row",
        shows="which columns of a row decided its answer",
        methods=("occlusion", "shap"),
    ),
    uses=OPTIONS,
    trusts=True,
    ensembles=ENSEMBLES,
    compresses=PRUNED | ROUNDED | TAUGHT,
    predicts=TopLabelsConfig,
)


def train_tabular(
    data: Any,
    *,
    target: str | None = None,
    validation_data: Any = None,
    test_data: Any = None,
    output_dir: Path | str | None = None,
    model: ModelChoice = TASK.model,
    load: LoadConfig = LoadConfig(),
    tabular: TabularConfig = TabularConfig(),
    train: TrainConfig = TrainConfig(),
    tune: TuneConfig | None = None,
    cluster: ClusterConfig = ClusterConfig(),
    compress: CompressConfig = CompressConfig(),
    repeat: RepeatConfig = RepeatConfig(),
    trust: TrustConfig = TrustConfig(),
    export: ExportConfig = ExportConfig(),
    callbacks: Sequence[Any] = (),
    metrics: Sequence[Any] = (),
    loss: Any = None,
    optimizer: Any = None,
    track: str | None = None,
    quiet: bool = False,
) -> RecipeResult:
    """Trains a model of table rows and ships it as files that were proven on held-out rows.

    What the target is, a class, a set of labels, a number or several of these, and what each column
    holds is told by the values and printed; `tabular` has the last word. A run that was killed goes
    on from its last checkpoint when the same call is made again.

    Args:
        data: a CSV, TSV, JSON, JSONL or Parquet file; a folder with `train`, `val` and `test`
            tables; a pandas or pyarrow table; a list of mappings; a mapping of columns, or of
            splits to any of these; `"tfds:NAME[/config]"`.
        target: column that is to be answered; by default guessed by its name and printed. The same
            as `tabular.target`.
        validation_data: what training is stopped on, in any form that `data` has; by default the
            validation split of `data`, or one drawn from it.
        test_data: what the result is judged on; likewise.
        output_dir: folder of the run; by default one under `saved_models/tabular`.
        model: an architecture's name, or a `ModelConfig`. A network of your own: a `keras.Model`,
            a function `(input_shape, num_classes)`, a function `build(hp)`, a keras-tuner
            `HyperModel`, or "FILE.py:NAME".
        load: splits, and what to tolerate in the data.
        tabular: the target, how columns are read, and what becomes of numbers.
        train: optimizer, epochs, regularization, precision, budget.
        tune: search the options that were left open before the final training, see `TuneConfig`.
        cluster: machines that train the network together, each by the same call; see
            `ClusterConfig`.
        compress: a teacher to learn from, for a small model that is nearly as good as a large one;
            pruning; fine-tuning for the int8 file.
        repeat: trainings beside one another: `RepeatConfig(folds=5)` cross-validates before the
            one that ships, `RepeatConfig(ensemble=3)` ships the mean of three.
        trust: the temperature of scores, and from which score on there is an answer.
        export: quantizations and the tolerance that each must keep.
        callbacks: `keras.callbacks.Callback` objects that hear of the training, and may end it.
        metrics: `keras.Metric` objects or functions, measured in every epoch.
        loss: a `keras.losses.Loss`, or a function (y_true, y_pred) → a number an example, that is
            minimised in place of the usual one; y_pred are logits, or numbers scaled to mean 0 and
            deviation 1.
        optimizer: a `keras.optimizers.Optimizer` in place of ours; its rate is the schedule's peak.
        track: "mlflow" or "wandb": parameters, curves, figures, report and bundle are told there.
        quiet: tell nothing on standard error, neither the way nor the result.

    Returns:
        The model, its figures on the test split, the judged files and the bundle's folder.

    Raises:
        DataError: if the data cannot be used; every reason is named.
        ConfigError: if an option cannot work.
        TrainingError: if the folder holds another run, or training fails.
        ExportError: if no file could be made of the model.
    """
    from kerasapps.workflow.call import carry_and_tell
    from kerasapps.workflow.options import require_type

    if target is not None:
        require_type("tabular", tabular, TabularConfig)
        tabular = dataclasses.replace(tabular, target=target)
    return carry_and_tell(
        TASK,
        data,
        validation_data=validation_data,
        test_data=test_data,
        output_dir=output_dir,
        tune=tune,
        cluster=cluster,
        repeat=repeat,
        model=model,
        load=load,
        tabular=tabular,
        train=train,
        compress=compress,
        trust=trust,
        export=export,
        callbacks=callbacks,
        metrics=metrics,
        loss=loss,
        optimizer=optimizer,
        track=track,
        quiet=quiet,
    )
