"""`kerasapps train`: one command a recipe."""

from __future__ import annotations

from typing import Any

import typer

import kerasapps
from kerasapps.cli.arguments import (
    Json,
    OutputDir,
    Pairs,
    Pictures,
    SourceFile,
    TargetFile,
    Texts,
    pairs_from,
)
from kerasapps.cli.figures import print_artifacts
from kerasapps.cli.options import with_configs
from kerasapps.cli.output import command, start_tensorflow
from kerasapps.config import (
    DEFAULT_TEXT_MODEL,
    DEFAULT_TRANSLATION_MODEL,
    ExportConfig,
    ImageConfig,
    LoadConfig,
    ModelConfig,
    TextConfig,
    TrainConfig,
    TranslationConfig,
)

train_app = typer.Typer(help="Train a model and ship it as verified files.", no_args_is_help=True)


@train_app.command("image-classification")
@command
@with_configs(LoadConfig, ImageConfig, ModelConfig, TrainConfig, ExportConfig)
def train_image_classification(
    data: Pictures,
    output_dir: OutputDir = None,
    json: Json = False,
    *,
    load: LoadConfig,
    image: ImageConfig,
    model: ModelConfig,
    train: TrainConfig,
    export: ExportConfig,
) -> Any:
    """Train an image classifier; exit status 1 if a file failed verification."""
    start_tensorflow()
    from kerasapps.recipes import train_image_classifier

    return _trained(
        train_image_classifier(
            data,
            output_dir=output_dir,
            load=load,
            image=image,
            model=model,
            train=train,
            export=export,
        )
    )


@train_app.command("sentiment")
@command
@with_configs(
    LoadConfig, TextConfig, ModelConfig, TrainConfig, ExportConfig, model=DEFAULT_TEXT_MODEL
)
def train_sentiment(
    data: Texts,
    output_dir: OutputDir = None,
    json: Json = False,
    *,
    load: LoadConfig,
    text: TextConfig,
    model: ModelConfig,
    train: TrainConfig,
    export: ExportConfig,
) -> Any:
    """Train a classifier of texts, two classes or many; exit status 1 if a file failed."""
    start_tensorflow()
    from kerasapps.recipes import train_sentiment_classifier

    return _trained(
        train_sentiment_classifier(
            data,
            output_dir=output_dir,
            load=load,
            text=text,
            model=model,
            train=train,
            export=export,
        )
    )


@train_app.command("translation")
@command
@with_configs(
    LoadConfig,
    TranslationConfig,
    ModelConfig,
    TrainConfig,
    ExportConfig,
    model=DEFAULT_TRANSLATION_MODEL,
)
def train_translation(
    data: Pairs = None,
    source: SourceFile = None,
    target: TargetFile = None,
    output_dir: OutputDir = None,
    json: Json = False,
    *,
    load: LoadConfig,
    translation: TranslationConfig,
    model: ModelConfig,
    train: TrainConfig,
    export: ExportConfig,
) -> Any:
    """Train a translator from sentence pairs; exit status 1 if a file failed verification."""
    pairs = pairs_from(data, source, target)
    start_tensorflow()
    from kerasapps.recipes import train_translator

    return _trained(
        train_translator(
            pairs,
            output_dir=output_dir,
            load=load,
            translation=translation,
            model=model,
            train=train,
            export=export,
        )
    )


def _trained(result: kerasapps.RecipeResult) -> Any:
    """What a training command prints, and its exit status."""
    from kerasapps.recipes.tasks import TASKS

    metric = TASKS[result.task].metric

    def show() -> None:
        print_artifacts(result.artifacts, metric=metric, reference=metric.share(result.metrics))
        print(result.headline)
        print(f"Bundle: {result.bundle_dir}")
        print(f"Report: {result.bundle_dir / 'report.html'}")

    return result.to_dict(), show, 0 if result.passed else 1
