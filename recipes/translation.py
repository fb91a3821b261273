"""From sentence pairs to a verified translator on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.config import (
    DEFAULT_TRANSLATION_MODEL,
    ExportConfig,
    LoadConfig,
    ModelConfig,
    TrainConfig,
    TranslationConfig,
    TuneConfig,
)
from kerasapps.data.pair_load import load_pairs

from . import translation_steps as steps
from .publish import train_and_publish
from .result import RecipeResult
from .run import open_run
from .settings import describe_run
from .steps import as_model_config, refuse_tuning, require_types
from .tasks import TRANSLATION as TASK


def train_translator(
    data: Any,
    *,
    output_dir: Path | str | None = None,
    model: str | ModelConfig = DEFAULT_TRANSLATION_MODEL,
    load: LoadConfig = LoadConfig(),
    translation: TranslationConfig = TranslationConfig(),
    train: TrainConfig = TrainConfig(),
    tune: TuneConfig | None = None,
    export: ExportConfig = ExportConfig(),
) -> RecipeResult:
    """Trains a translator and ships it as files that were proven on held-out sentences.

    A run that was killed goes on from its last epoch when the same call is made again.

    Args:
        data: two aligned text files, `("train.en", "train.de")`; a folder with `train.en`,
            `train.de`, `val.en` and so on; a TSV, CSV, JSONL, Parquet or TMX file; a list of
            `(source, target)`; a `tf.data.Dataset` of string pairs; `"tfds:NAME[/config]"`;
            `"builtin:phrases"`.
        output_dir: folder of the run; by default one under `saved_models/translation`.
        model: an architecture's name, or a `ModelConfig`.
        load: splits, and what to tolerate in the data.
        translation: languages, columns, vocabulary, lengths and search.
        train: optimizer, epochs, regularization, precision, budget.
        tune: not available yet.
        export: quantizations and the tolerance that each must keep.

    Returns:
        The model, its figures on the test split, the judged files and the bundle's folder.
        `metrics` holds `bleu` (beam search), `bleu_greedy` and `chrf`, 0 to 100.

    Raises:
        DataError: if the data cannot be used; every reason is named.
        ConfigError: if an option cannot work.
        TrainingError: if the folder holds another run, or training fails.
        ExportError: if no file could be made of the model.
    """
    refuse_tuning(tune)
    require_types(
        load=(load, LoadConfig),
        translation=(translation, TranslationConfig),
        train=(train, TrainConfig),
        export=(export, ExportConfig),
    )
    plan = steps.plan_training(as_model_config(model), load, translation, train)
    settings = describe_run(
        data, model=plan.model, load=load, translation=translation, train=plan.train, export=export
    )
    with open_run(output_dir, recipe=TASK, name=settings["run"], settings=settings) as run:
        # raw files -> examples
        splits = load_pairs(
            data,
            config=load,
            translation=translation,
            seed=train.seed,
            work_dir=run.work / "pairs",
        )
        steps.tell_findings(splits)

        # examples -> model inputs
        tokenizer = steps.choose_tokenizer(translation, plan.model, splits)
        build = steps.translator_builder(plan.model, translation, tokenizer, plan.train)
        inputs = steps.encode_splits(splits, tokenizer, config=load, folder=run.work / "encoded")
        prepared = steps.prepare_pairs(
            splits, inputs, tokenizer, translation=translation, train=plan.train
        )
        batches = steps.make_batches(
            inputs, model=plan.model, translation=translation, train=plan.train
        )

        # network -> trained, judged, exported, verified
        return train_and_publish(
            TASK, build, prepared, batches, plan=plan, export=export, settings=settings, run=run
        )
