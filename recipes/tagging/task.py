"""From tagged sentences to entities on a phone, verified."""

from __future__ import annotations

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
    TuneConfig,
)
from kerasapps.config.compress import PRUNED_WEIGHTS, TAUGHT
from kerasapps.config.repeat import ONE
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.outputs.tags.answer import TAGS
from kerasapps.recipes.tagging.architectures import ARCHITECTURES
from kerasapps.workflow.own import ModelChoice
from kerasapps.workflow.phrases import Phrases
from kerasapps.workflow.result import RecipeResult
from kerasapps.workflow.task import Task

TASK = Task(
    name="tagging",
    makes="a tagger of words, such as one that marks the names in a text",
    noun="tagged sentences",
    rows="sentences",
    options=TaggingConfig,
    architectures=ARCHITECTURES,
    model="bilstm_crf",
    answers=(TAGS,),
    package=__package__,
    phrases=Phrases(
        data="CoNLL file, JSONL file of tokens and tags or of texts and entities, spaCy's JSON, "
        "folder of such files, or tfds:NAME",
        form="sentences with a tag for each word, such as a CoNLL file",
        does=("mark entities in", "texts"),
        inputs=("texts",),
        example="names.conll",
        example_input='"Mr Smith lives in Paris"',
        gives="marks entities",
    ),
    ensembles=frozenset({ONE}),
    compresses=PRUNED_WEIGHTS | TAUGHT,
)


def train_tagger(
    data: Any,
    *,
    validation_data: Any = None,
    test_data: Any = None,
    output_dir: Path | str | None = None,
    model: ModelChoice = TASK.model,
    load: LoadConfig = LoadConfig(),
    tagging: TaggingConfig = TaggingConfig(),
    train: TrainConfig = TrainConfig(),
    tune: TuneConfig | None = None,
    cluster: ClusterConfig = ClusterConfig(),
    compress: CompressConfig = CompressConfig(),
    repeat: RepeatConfig = RepeatConfig(),
    export: ExportConfig = ExportConfig(),
    callbacks: Sequence[Any] = (),
    metrics: Sequence[Any] = (),
    loss: Any = None,
    optimizer: Any = None,
    track: str | None = None,
    quiet: bool = False,
) -> RecipeResult:
    """Trains a tagger of words and ships it as files that were proven on held-out sentences.

    Names of people and places are the usual case; any tags that words can have will do. A run that
    was killed goes on from its last checkpoint when the same call is made again.

    Args:
        data: a CoNLL file, a word and its tag a line; a JSONL file of `tokens` and `tags`, or of
            `text` and `entities`; spaCy's forms; a folder with `train`, `val` and `test` files of
            these; a list of `(tokens, tags)`; `"tfds:NAME[/config]"`.
        validation_data: what training is stopped on, in any form that `data` has; by default the
            validation split of `data`, or one drawn from it.
        test_data: what the result is judged on; likewise.
        output_dir: folder of the run; by default one under `saved_models/tagging`.
        model: an architecture's name, `preset:NAME_OR_PATH`, or a `ModelConfig`.
        load: splits, and what to tolerate in the data.
        tagging: columns, scheme of the tags, vocabularies and lengths.
        train: optimizer, epochs, regularization, precision, budget.
        tune: search the options that were left open before the final training, see `TuneConfig`.
        cluster: machines that train the network together, each by the same call; see
            `ClusterConfig`.
        compress: a teacher to learn from, for a small model that is nearly as good as a large one;
            pruning.
        repeat: trainings beside one another: `RepeatConfig(folds=5)` cross-validates before the
            one that ships, `RepeatConfig(ensemble=3)` ships the mean of three.
        export: quantizations and the tolerance that each must keep.
        callbacks: `keras.callbacks.Callback` objects that hear of the training, and may end it.
        metrics: `keras.Metric` objects or functions, measured in every epoch.
        loss: a `keras.losses.Loss`, or a function (y_true, y_pred) → a number an example, that is
            minimised in place of the usual one; y_pred are scores.
        optimizer: a `keras.optimizers.Optimizer` in place of ours; its rate is the schedule's peak.
        track: "mlflow" or "wandb": parameters, curves, figures, report and bundle are told there.
        quiet: tell nothing on standard error, neither the way nor the result.

    Returns:
        The model, its figures on the test split, the judged files and the bundle's folder.
        `metrics` holds `f1`, `precision` and `recall` of entities, 0 to 1, and those of each type.

    Raises:
        DataError: if the data cannot be used; every reason is named.
        ConfigError: if an option cannot work.
        TrainingError: if the folder holds another run, or training fails.
        ExportError: if no file could be made of the model.
    """
    from kerasapps.workflow.call import carry_and_tell

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
        tagging=tagging,
        train=train,
        compress=compress,
        export=export,
        callbacks=callbacks,
        metrics=metrics,
        loss=loss,
        optimizer=optimizer,
        track=track,
        quiet=quiet,
    )
