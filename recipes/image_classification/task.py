"""From pictures to a verified phone file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kerasapps.config import (
    AUTO,
    ClusterConfig,
    CompressConfig,
    ExportConfig,
    ImageConfig,
    LoadConfig,
    RepeatConfig,
    RobustConfig,
    TrainConfig,
    TrustConfig,
    TuneConfig,
    UnlabelledConfig,
)
from kerasapps.config.compress import PRUNED, TAUGHT
from kerasapps.outputs.classes.answer import OPTIONS
from kerasapps.outputs.classes.predicting import TopLabelsConfig
from kerasapps.recipes.answering import ANSWERS, ENSEMBLES, ROUNDED
from kerasapps.recipes.image_classification.architectures import ARCHITECTURES
from kerasapps.workflow.own import ModelChoice
from kerasapps.workflow.phrases import Phrases
from kerasapps.workflow.result import RecipeResult
from kerasapps.workflow.task import Task

TASK = Task(
    name="image_classification",
    makes="a model of pictures that answers with a class, a set of labels or a number",
    noun="pictures",
    rows="files",
    options=ImageConfig,
    architectures=ARCHITECTURES,
    model=AUTO,
    answers=ANSWERS,
    package=__package__,
    phrases=Phrases(
        data="folder of class folders, CSV, TSV, JSONL or Parquet file that names pictures, "
        "tfds:NAME, tfds:NAME/CONFIG or builtin:digits",
        form="a folder with a folder of pictures per class, or a table that names pictures",
        does=("label", "pictures"),
        inputs=("picture files", "folders of them"),
        example="photos",
        example_input="cat.jpg",
        gives="gives labels",
        explains="picture",
        shows="where in a picture its label is from",
        methods=("rise", "gradcam", "cam"),
        draws=True,
        has_layers=True,
    ),
    uses=OPTIONS | {"attack", "corruptions"},
    robust=frozenset({"adversarial", "adversarial_steps", "attack", "corruptions"}),
    trusts=True,
    ensembles=ENSEMBLES,
    single=frozenset({"explain_signature"}),
    learns_unlabelled=True,
    packs=True,
    compresses=PRUNED | ROUNDED | TAUGHT,
    predicts=TopLabelsConfig,
)


def train_image_classifier(
    data: Any,
    *,
    validation_data: Any = None,
    test_data: Any = None,
    output_dir: Path | str | None = None,
    model: ModelChoice = TASK.model,
    load: LoadConfig = LoadConfig(),
    image: ImageConfig = ImageConfig(),
    train: TrainConfig = TrainConfig(),
    tune: TuneConfig | None = None,
    cluster: ClusterConfig = ClusterConfig(),
    unlabelled: UnlabelledConfig = UnlabelledConfig(),
    compress: CompressConfig = CompressConfig(),
    repeat: RepeatConfig = RepeatConfig(),
    robust: RobustConfig = RobustConfig(),
    trust: TrustConfig = TrustConfig(),
    export: ExportConfig = ExportConfig(),
    callbacks: Sequence[Any] = (),
    metrics: Sequence[Any] = (),
    loss: Any = None,
    optimizer: Any = None,
    track: str | None = None,
    quiet: bool = False,
) -> RecipeResult:
    """Trains a model of pictures and ships it as files that were proven on held-out pictures.

    What a picture has, one class, a set of labels or a number, is told by the data and printed;
    `ImageConfig.target_kind` has the last word. A run that was killed goes on from its last
    checkpoint when the same call is made again.

    Args:
        data: a folder with a folder per class, or with `train/`, `val/` and `test/` of such; a CSV,
            TSV, JSONL or Parquet file that names pictures and labels, or a folder with such tables;
            `(images, labels)`; a pandas DataFrame, a pyarrow Table or a list of mappings; a
            `tf.data.Dataset`, a generator or a `keras.utils.PyDataset` of `(image, label)`;
            `((x, y), (x, y))` as `keras.datasets` has it, or a mapping of splits to any of these;
            `"tfds:NAME[/config]"`; `"builtin:digits"`.
        validation_data: what training is stopped on, in any form that `data` has; by default the
            validation split of `data`, or one drawn from it.
        test_data: what the result is judged on; likewise.
        output_dir: folder of the run; by default one under `saved_models/image_classification`.
        model: an architecture's name, `preset:NAME_OR_PATH`, or a `ModelConfig`; "auto" chooses
            what suits the data. A network of your own: a `keras.Model`, a function `(input_shape,
            num_classes)`, a function `build(hp)`, a keras-tuner `HyperModel`, or "FILE.py:NAME".
        load: splits, and what to tolerate in the data.
        image: size, channels and augmentation.
        train: optimizer, epochs, regularization, precision, budget.
        tune: search the options that were left open before the final training, see `TuneConfig`.
        cluster: machines that train the network together, each by the same call; see
            `ClusterConfig`.
        unlabelled: more examples, without labels, which the model learns from too.
        compress: a teacher to learn from, for a small model that is nearly as good as a large one;
            pruning; fine-tuning for the int8 file.
        repeat: trainings beside one another: `RepeatConfig(folds=5)` cross-validates before the
            one that ships, `RepeatConfig(ensemble=3)` ships the mean of three.
        robust: attacks to train against, and attacks and noise that what ships is judged under.
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
        image=image,
        train=train,
        unlabelled=unlabelled,
        compress=compress,
        robust=robust,
        trust=trust,
        export=export,
        callbacks=callbacks,
        metrics=metrics,
        loss=loss,
        optimizer=optimizer,
        track=track,
        quiet=quiet,
    )
