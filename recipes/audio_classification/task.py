"""From sounds to a verified phone file that takes samples as a microphone gives them."""

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
    TrustConfig,
    TuneConfig,
)
from kerasapps.config.compress import PRUNED, TAUGHT
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.outputs.classes.answer import OPTIONS
from kerasapps.recipes.answering import ANSWERS, ENSEMBLES, ROUNDED
from kerasapps.recipes.audio_classification.architectures import ARCHITECTURES
from kerasapps.recipes.audio_classification.predicting import SoundPredictConfig
from kerasapps.workflow.own import ModelChoice
from kerasapps.workflow.phrases import Phrases
from kerasapps.workflow.result import RecipeResult
from kerasapps.workflow.task import Task

TASK = Task(
    name="audio_classification",
    makes="a model of sounds that answers with a class, a set of labels or a number",
    noun="sounds",
    rows="files",
    options=AudioConfig,
    architectures=ARCHITECTURES,
    model="ds_cnn",
    answers=ANSWERS,
    package=__package__,
    phrases=Phrases(
        data="folder of class folders of WAV, FLAC, OGG or MP3 files, CSV, TSV, JSONL or Parquet "
        "file that names sound files, or tfds:NAME",
        form="a folder with a folder of sound files per class, or a table that names sound files",
        does=("label", "sounds"),
        inputs=("sound files", "folders of them"),
        example="words",
        example_input="yes.wav",
        gives="gives labels of sounds",
        explains="sound",
        shows="when and at which pitch a sound spoke for its label",
        methods=("occlusion", "shap"),
        draws=True,
    ),
    uses=OPTIONS,
    compresses=PRUNED | ROUNDED | TAUGHT,
    trusts=True,
    ensembles=ENSEMBLES,
    single=frozenset({"streaming"}),
    predicts=SoundPredictConfig,
)


def train_audio_classifier(
    data: Any,
    *,
    validation_data: Any = None,
    test_data: Any = None,
    output_dir: Path | str | None = None,
    model: ModelChoice = TASK.model,
    load: LoadConfig = LoadConfig(),
    audio: AudioConfig = AudioConfig(),
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
    """Trains a model of sounds and ships it as files that were proven on held-out sounds.

    What a sound has, one class, a set of labels or a number, is told by the data and printed;
    `AudioConfig.target_kind` has the last word. Files may have any rate, length and number of
    channels; what the model takes suits the data and is printed. A run that was killed goes on from
    its last checkpoint when the same call is made again.

    Args:
        data: a folder with a folder of sound files per class, or with `train/`, `val/` and `test/`
            of such; a CSV, TSV, JSONL or Parquet file that names sound files and labels, and maybe
            the seconds at which each begins and ends; arrays; a mapping of splits to any of these;
            `"tfds:NAME[/config]"`.
        validation_data: what training is stopped on, in any form that `data` has; by default the
            validation split of `data`, or one drawn from it.
        test_data: what the result is judged on; likewise.
        output_dir: folder of the run; by default one under `saved_models/audio_classification`.
        model: an architecture's name, or a `ModelConfig`.
        load: splits, and what to tolerate in the data.
        audio: rate, length, speakers, background, the front end and augmentation.
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
        audio=audio,
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
