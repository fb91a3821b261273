"""From pictures to a verified phone file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.config import (
    ExportConfig,
    ImageConfig,
    LoadConfig,
    ModelConfig,
    TrainConfig,
    TuneConfig,
)
from kerasapps.data.load import load_images

from . import image_steps as steps
from .publish import train_and_publish
from .result import RecipeResult
from .run import open_run
from .settings import describe_run
from .steps import as_model_config, refuse_tuning, require_types
from .tasks import IMAGE_CLASSIFICATION as TASK


def train_image_classifier(
    data: Any,
    *,
    output_dir: Path | str | None = None,
    model: str | ModelConfig = "mobile_cnn",
    load: LoadConfig = LoadConfig(),
    image: ImageConfig = ImageConfig(),
    train: TrainConfig = TrainConfig(),
    tune: TuneConfig | None = None,
    export: ExportConfig = ExportConfig(),
) -> RecipeResult:
    """Trains an image classifier and ships it as files that were proven on held-out pictures.

    A run that was killed goes on from its last epoch when the same call is made again.

    Args:
        data: a folder with a folder per class, or with `train/`, `val/` and `test/` of such; a CSV
            file `path,label[,split]`; `(images, labels)`; a `tf.data.Dataset` of
            `(image, label)`; `"tfds:NAME[/config]"`; `"builtin:digits"`.
        output_dir: folder of the run; by default one under `saved_models/image_classification`.
        model: an architecture's name, `preset:NAME_OR_PATH`, or a `ModelConfig`.
        load: splits, and what to tolerate in the data.
        image: size, channels and augmentation.
        train: optimizer, epochs, regularization, precision, budget.
        tune: not available yet.
        export: quantizations and the tolerance that each must keep.

    Returns:
        The model, its figures on the test split, the judged files and the bundle's folder.

    Raises:
        DataError: if the data cannot be used; every reason is named.
        ConfigError: if an option cannot work.
        TrainingError: if the folder holds another run, or training fails.
        ExportError: if no file could be made of the model.
    """
    refuse_tuning(tune)
    require_types(
        load=(load, LoadConfig),
        image=(image, ImageConfig),
        train=(train, TrainConfig),
        export=(export, ExportConfig),
    )
    plan = steps.plan_training(as_model_config(model), train)
    settings = describe_run(
        data, model=plan.model, load=load, image=image, train=plan.train, export=export
    )
    with open_run(output_dir, recipe=TASK, name=settings["run"], settings=settings) as run:
        # raw files -> examples
        splits = load_images(data, config=load, seed=train.seed, work_dir=run.work / "pictures")

        # examples -> model inputs
        spec = steps.choose_image_spec(image, plan.model, splits)
        inputs = steps.decode_splits(splits, spec, config=load, folder=run.work / "decoded")
        prepared = steps.prepare_pictures(splits, inputs, spec)
        batches = steps.make_batches(splits, inputs, image=image, train=train)

        # network -> trained, judged, exported, verified
        build = steps.network_builder(plan.model, spec, splits.labels, plan.train)
        return train_and_publish(
            TASK, build, prepared, batches, plan=plan, export=export, settings=settings, run=run
        )
