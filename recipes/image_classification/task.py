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
from kerasapps.data.sources.given_splits import with_splits
from kerasapps.recipes.image_classification import train as steps
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION as TASK
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import resolved
from kerasapps.workflow.fit import tell_findings
from kerasapps.workflow.options import collect_options
from kerasapps.workflow.publish import train_and_publish
from kerasapps.workflow.result import RecipeResult
from kerasapps.workflow.run import open_run
from kerasapps.workflow.search.tune import first_options, search_and_publish
from kerasapps.workflow.settings import describe_run
from kerasapps.workflow.training_data import read_pictures


def train_image_classifier(
    data: Any,
    *,
    validation_data: Any = None,
    test_data: Any = None,
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
        model: an architecture's name, `preset:NAME_OR_PATH`, or a `ModelConfig`.
        load: splits, and what to tolerate in the data.
        image: size, channels and augmentation.
        train: optimizer, epochs, regularization, precision, budget.
        tune: search the options that were left open before the final training, see `TuneConfig`.
        export: quantizations and the tolerance that each must keep.

    Returns:
        The model, its figures on the test split, the judged files and the bundle's folder.

    Raises:
        DataError: if the data cannot be used; every reason is named.
        ConfigError: if an option cannot work.
        TrainingError: if the folder holds another run, or training fails.
        ExportError: if no file could be made of the model.
    """
    data = with_splits(data, validation=validation_data, test=test_data)
    options = collect_options(model=model, load=load, image=image, train=train, export=export)
    options = first_options(TASK, options, tune)
    settings = describe_run(data, resolved(options, steps.plan_training(options)), tune=tune)
    name = settings["run"]
    with open_run(output_dir, recipe=TASK, name=name, settings=settings, data=data) as run:
        # raw files -> examples
        splits = read_pictures(data, options, run.work)
        tell_findings(splits, "files")

        # options as they are, or the best of many -> trained, judged, exported, verified
        if tune is not None:
            return search_and_publish(TASK, splits, options, tune=tune, settings=settings, run=run)
        experiment = steps.prepare(splits, options, Cache(run.work))
        return train_and_publish(TASK, experiment, export=export, settings=settings, run=run)
