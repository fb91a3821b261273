"""From sentence pairs to a verified translator on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kerasapps.config import (
    ClusterConfig,
    CompressConfig,
    ExportConfig,
    LoadConfig,
    RepeatConfig,
    TrainConfig,
    TranslationConfig,
    TuneConfig,
)
from kerasapps.config.compress import PRUNED_WEIGHTS
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.recipes.translation.architectures import ARCHITECTURES
from kerasapps.recipes.translation.predicting import BestTranslationsConfig
from kerasapps.workflow.own import ModelChoice
from kerasapps.workflow.phrases import Phrases
from kerasapps.workflow.result import RecipeResult
from kerasapps.workflow.task import Task

TASK = Task(
    name="translation",
    makes="a translator from sentence pairs",
    noun="sentence pairs",
    rows="pairs",
    options=TranslationConfig,
    architectures=ARCHITECTURES,
    model="transformer",
    answers=(TRANSLATIONS,),
    package=__package__,
    phrases=Phrases(
        data="folder with train.en, train.de and so on, TSV, CSV, JSONL, Parquet or TMX file, "
        "tfds:NAME or builtin:phrases",
        form="sentence pairs, such as train.en and train.de",
        does=("translate", "texts"),
        inputs=("texts",),
        example="phrases.tsv",
        example_input='"two green dogs"',
        gives="translates",
        explains="text",
        shows="where a translator looked",
        methods=("attention",),
    ),
    parts=MappingProxyType(
        {
            "source": "text file to translate from, one sentence a line",
            "target": "text file with the translation of each line of --source",
        }
    ),
    packs=True,
    compresses=PRUNED_WEIGHTS | {"teacher", "distill_weight"},
    predicts=BestTranslationsConfig,
    trial_values=MappingProxyType({"beam": 1}),
)


def train_translator(
    data: Any,
    *,
    validation_data: Any = None,
    test_data: Any = None,
    output_dir: Path | str | None = None,
    model: ModelChoice = TASK.model,
    load: LoadConfig = LoadConfig(),
    translation: TranslationConfig = TranslationConfig(),
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
    """Trains a translator and ships it as files that were proven on held-out sentences.

    A run that was killed goes on from its last checkpoint when the same call is made again.

    Args:
        data: two aligned text files, `("train.en", "train.de")`; a folder with `train.en`,
            `train.de`, `val.en` and so on; a TSV, CSV, JSONL, Parquet or TMX file; a list of
            `(source, target)`; a `tf.data.Dataset` of string pairs; `"tfds:NAME[/config]"`;
            `"builtin:phrases"`.
        validation_data: what training is stopped on, in any form that `data` has; by default the
            validation split of `data`, or one drawn from it.
        test_data: what the result is judged on; likewise.
        output_dir: folder of the run; by default one under `saved_models/translation`.
        model: an architecture's name, or a `ModelConfig`. A network of your own: a function
            `(shape)`, or `build(hp, shape)`, that gives a `kerasapps.models.Translator`; or
            "FILE.py:NAME" of one.
        load: splits, and what to tolerate in the data.
        translation: languages, columns, vocabulary, lengths and search.
        train: optimizer, epochs, regularization, precision, budget.
        tune: search the options that were left open before the final training, see `TuneConfig`.
        cluster: machines that train the network together, each by the same call; see
            `ClusterConfig`.
        compress: a teacher whose translations of the training sources are learnt in place of those
            of the data; pruning.
        repeat: trainings before the one that ships: `RepeatConfig(folds=5)` cross-validates.
        export: quantizations and the tolerance that each must keep.
        callbacks: `keras.callbacks.Callback` objects that hear of the training, and may end it.
        metrics: `keras.Metric` objects or functions, measured in every epoch.
        loss: a `keras.losses.Loss`, or a function (y_true, y_pred) → a number an example, that is
            minimised in place of the usual one; y_pred are logits, y_true ids.
        optimizer: a `keras.optimizers.Optimizer` in place of ours; its rate is the schedule's peak.
        track: "mlflow" or "wandb": parameters, curves, figures, report and bundle are told there.
        quiet: tell nothing on standard error, neither the way nor the result.

    Returns:
        The model, its figures on the test split, the judged files and the bundle's folder.
        `metrics` holds `bleu` (beam search), `bleu_greedy` and `chrf`, 0 to 100.

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
        translation=translation,
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
