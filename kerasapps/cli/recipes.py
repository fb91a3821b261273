"""The recipes as commands know them: what they are given, their options, what they print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import kerasapps
from kerasapps.cli.arguments import Pairs, Pictures, SourceFile, TargetFile, Texts, pairs_from
from kerasapps.cli.figures import print_artifacts
from kerasapps.cli.options import Config
from kerasapps.cli.output import start_tensorflow
from kerasapps.config import (
    Architectures,
    ExportConfig,
    ImageConfig,
    LoadConfig,
    ModelConfig,
    TextConfig,
    TrainConfig,
    TranslationConfig,
    TuneConfig,
)
from kerasapps.recipes.image_classification import architectures as images
from kerasapps.recipes.text_classification import architectures as texts
from kerasapps.recipes.text_classification.task import TASK as TEXTS
from kerasapps.recipes.translation import architectures as pairs
from kerasapps.recipes.translation.task import TASK as PAIRS
from kerasapps.terminal import write_line


@dataclass(frozen=True, kw_only=True)
class RecipeCommand:
    """A recipe on the command line.

    Attributes:
        task: of the recipe; the sub-command is named after it.
        model: what is trained, with its article.
        function: the recipe's public name.
        read: its parameters are the command's arguments for the data; it answers what the recipe
            takes.
        architectures: what there is to train.
        configs: the recipe's option classes.
        defaults: field → default of this recipe instead of the field's own.
    """

    task: str
    model: str
    function: str
    read: Callable[..., Any]
    architectures: Architectures
    configs: tuple[Config, ...]
    defaults: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The sub-command."""
        return self.task.replace("_", "-")

    @property
    def models(self) -> str:
        """The architectures, for the command's help."""
        return f"Models: {', '.join(self.architectures.choices)}."

    def train(
        self, data: Any, *, model: ModelConfig, tune: TuneConfig | None = None, **options: Any
    ) -> Any:
        """Calls the recipe; what the command prints, and its exit status."""
        # Known before TensorFlow is there, which takes seconds.
        self.architectures.check(model.model)
        for name in tune.models if tune else ():
            self.architectures.check(name, option="TuneConfig.models")
        start_tensorflow()
        recipe = getattr(kerasapps, self.function)
        return _trained(recipe(data, model=model, tune=tune, **options))


def _pictures(data: Pictures) -> Any:
    return data


def _texts(data: Texts) -> Any:
    return data


def _pairs(data: Pairs = None, source: SourceFile = None, target: TargetFile = None) -> Any:
    return pairs_from(data, source, target)


RECIPES = (
    RecipeCommand(
        task="image_classification",
        model="an image classifier",
        function="train_image_classifier",
        read=_pictures,
        architectures=images.ARCHITECTURES,
        configs=(LoadConfig, ImageConfig, ModelConfig, TrainConfig, ExportConfig),
    ),
    RecipeCommand(
        task="sentiment",
        model="a classifier of texts, two classes or many",
        function="train_sentiment_classifier",
        read=_texts,
        architectures=texts.ARCHITECTURES,
        configs=(LoadConfig, TextConfig, ModelConfig, TrainConfig, ExportConfig),
        defaults={"model": TEXTS.model},
    ),
    RecipeCommand(
        task="translation",
        model="a translator from sentence pairs",
        function="train_translator",
        read=_pairs,
        architectures=pairs.ARCHITECTURES,
        configs=(LoadConfig, TranslationConfig, ModelConfig, TrainConfig, ExportConfig),
        defaults={"model": PAIRS.model},
    ),
)


def _trained(result: kerasapps.RecipeResult) -> Any:
    from kerasapps.workflow.run import Run

    metric = result.metric

    def show() -> None:
        print_artifacts(
            result.artifacts,
            metric=metric,
            reference=metric.share(result.metrics),
            judged_on=result.judged_on,
        )
        write_line(result.headline)
        write_line(f"Bundle: {result.bundle_dir}")
        write_line(f"Report: {result.bundle_dir / 'report.html'}")
        if result.search is not None:
            write_line(f"Leaderboard: {Run(result.bundle_dir.parent).leaderboard}")

    return result.to_dict(), show, 0 if result.passed else 1
