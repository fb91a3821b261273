"""From labelled texts to a verified phone file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.config import (
    DEFAULT_TEXT_MODEL,
    ExportConfig,
    LoadConfig,
    ModelConfig,
    TextConfig,
    TrainConfig,
    TuneConfig,
)
from kerasapps.data.text_load import load_texts

from . import text_steps as steps
from .publish import train_and_publish
from .result import RecipeResult
from .run import open_run
from .settings import describe_run
from .steps import as_model_config, refuse_tuning, require_types
from .tasks import SENTIMENT as TASK
from .text_tokens import choose_tokenizer


def train_sentiment_classifier(
    data: Any,
    *,
    output_dir: Path | str | None = None,
    model: str | ModelConfig = DEFAULT_TEXT_MODEL,
    load: LoadConfig = LoadConfig(),
    text: TextConfig = TextConfig(),
    train: TrainConfig = TrainConfig(),
    tune: TuneConfig | None = None,
    export: ExportConfig = ExportConfig(),
) -> RecipeResult:
    """Trains a classifier of texts and ships it as files that were proven on held-out texts.

    Any labels will do, two or many; sentiment is the usual case. A run that was killed goes on
    from its last epoch when the same call is made again.

    Args:
        data: a CSV, TSV, JSONL or Parquet file; a folder with `train`, `val` and `test` files or
            folders; a folder with a folder of .txt files per class; `(texts, labels)`; a pandas or
            pyarrow table; a `tf.data.Dataset` of `(text, label)`; `"tfds:NAME[/config]"`;
            `"builtin:reviews"`.
        output_dir: folder of the run; by default one under `saved_models/sentiment`.
        model: an architecture's name, `preset:NAME_OR_PATH`, or a `ModelConfig`.
        load: splits, and what to tolerate in the data.
        text: columns, tokenizer, vocabulary and length.
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
        text=(text, TextConfig),
        train=(train, TrainConfig),
        export=(export, ExportConfig),
    )
    plan = steps.plan_training(as_model_config(model), text, train)
    settings = describe_run(
        data, model=plan.model, load=load, text=text, train=plan.train, export=export
    )
    with open_run(output_dir, recipe=TASK, name=settings["run"], settings=settings) as run:
        # raw files -> examples
        splits = load_texts(
            data, config=load, text=text, seed=train.seed, work_dir=run.work / "texts"
        )
        steps.tell_findings(splits)

        # examples -> model inputs
        tokenizer = choose_tokenizer(text, plan.model, splits)
        build = steps.network_builder(plan.model, text, tokenizer, splits.labels, plan.train)
        inputs = steps.encode_splits(splits, tokenizer, config=load, folder=run.work / "encoded")
        prepared = steps.prepare_texts(splits, inputs, tokenizer, build=build)
        batches = steps.make_batches(splits, inputs, train=plan.train)

        # network -> trained, judged, exported, verified
        return train_and_publish(
            TASK, build, prepared, batches, plan=plan, export=export, settings=settings, run=run
        )
