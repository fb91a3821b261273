"""From pictures to a verified phone file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps import models
from kerasapps.config import (
    ExportConfig,
    ImageConfig,
    LoadConfig,
    ModelConfig,
    TrainConfig,
    TuneConfig,
)
from kerasapps.data.load import load_images
from kerasapps.evaluation.predict import predict_probabilities
from kerasapps.export.bundle import write_bundle
from kerasapps.export.network import float32_copy
from kerasapps.training import choose_runtime, fit, seed_everything

from . import image_steps as steps
from .documents import describe_bundle, environment_of
from .result import RecipeResult
from .run import open_run
from .settings import describe_run
from .steps import as_model_config, refuse_tuning, require_types, say

TASK = "image_classification"


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
    model = as_model_config(model)
    train, family, epochs = steps.plan_training(train, model)
    settings = describe_run(data, model=model, load=load, image=image, train=train, export=export)
    with open_run(output_dir, recipe=TASK, name=settings["run"], settings=settings) as run:
        # raw files -> examples
        splits = load_images(data, config=load, seed=train.seed, work_dir=run.work / "pictures")

        # examples -> model inputs
        spec = steps.choose_image_spec(image, model, splits)
        pictures = steps.decode_splits(splits, spec, config=load, folder=run.work / "decoded")
        batches = steps.make_batches(pictures, splits, image=image, train=train)

        # hyperparameters -> network
        seed_everything(train)
        runtime = choose_runtime(family, train)
        build = steps.network_builder(model, spec, splits.labels, train)
        with runtime.scope():
            network = build()
        models.adapt(network, pictures.train)
        say(f"{model.model}, {spec.height}×{spec.width}, {network.count_params():,} parameters")
        say(f"{runtime}")

        # fit on the training split, stop on the validation split, open the test split once
        history = fit(
            network,
            batches=batches.training,
            validation=batches.validation,
            steps_per_epoch=batches.steps_per_epoch,
            config=train,
            runtime=runtime,
            epochs=epochs,
            folder=run.training,
            log_dir=run.logs,
            settings=settings | {"fingerprint": splits.fingerprint},
            backbone=models.backbone(network),
        )
        network = float32_copy(network, build)
        probabilities = predict_probabilities(network, pictures.test)
        metrics = steps.judge(splits.test, probabilities, splits.labels)

        # export from raw inputs, then judge the very files that ship
        say(f"Test accuracy {metrics.accuracy:.2%}. Exporting and verifying …")
        artifacts = steps.export_pictures(
            network,
            pictures,
            splits,
            spec=spec,
            probabilities=probabilities,
            config=export,
            seed=train.seed,
            folder=run.work / "export",
        )

        # bundle
        content = describe_bundle(
            TASK,
            network,
            splits=splits,
            spec=spec,
            metrics=metrics,
            probabilities=probabilities,
            history=history,
            settings=settings,
            environment=environment_of(runtime),
        )
        artifacts = write_bundle(
            content, artifacts, target=run.bundle_dir, staging=run.work / "bundle"
        )
    return RecipeResult(
        network, history, metrics.to_dict(), artifacts, run.bundle_dir, splits.labels
    )
