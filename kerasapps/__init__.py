"""From a folder of data to a verified TFLite file: Keras 3 task recipes.

Importing this package imports no TensorFlow; each public name is loaded when it is first used.
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any

# TensorFlow turns oneDNN off on x86 CPUs without AVX512, where its convolutions are 1.4 to 1.8
# times as fast as Eigen's. It reads the variable once, when it is imported; what the user set wins.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

if TYPE_CHECKING:
    from kerasapps.config import (
        ExportConfig,
        ImageConfig,
        LoadConfig,
        ModelConfig,
        TextConfig,
        TrainConfig,
        TranslationConfig,
        TuneConfig,
    )
    from kerasapps.deploy.runner import Bundle, Prediction
    from kerasapps.deploy.translator import Translation, TranslationBundle
    from kerasapps.errors import (
        BundleError,
        ConfigError,
        DataError,
        DependencyError,
        DiskFullError,
        ExportError,
        KerasAppsError,
        TrainingError,
    )
    from kerasapps.recipes.bundles import (
        benchmark_bundle,
        evaluate_bundle,
        explain_bundle,
        explain_text,
        export_bundle,
        join_search,
        load_bundle,
    )
    from kerasapps.recipes.image_classification.task import train_image_classifier
    from kerasapps.recipes.text_classification.explain import Explanation
    from kerasapps.recipes.text_classification.task import (
        train_sentiment_classifier,
        train_text_classifier,
    )
    from kerasapps.recipes.translation.alignment import Alignment
    from kerasapps.recipes.translation.task import train_translator
    from kerasapps.workflow.result import RecipeResult

__version__ = "0.1.0"

_HOMES = {
    "kerasapps.config": (
        "ExportConfig",
        "ImageConfig",
        "LoadConfig",
        "ModelConfig",
        "TextConfig",
        "TrainConfig",
        "TranslationConfig",
        "TuneConfig",
    ),
    "kerasapps.deploy.runner": ("Bundle", "Prediction"),
    "kerasapps.deploy.translator": ("Translation", "TranslationBundle"),
    "kerasapps.errors": (
        "BundleError",
        "ConfigError",
        "DataError",
        "DependencyError",
        "DiskFullError",
        "ExportError",
        "KerasAppsError",
        "TrainingError",
    ),
    "kerasapps.recipes.translation.alignment": ("Alignment",),
    "kerasapps.recipes.bundles": (
        "benchmark_bundle",
        "evaluate_bundle",
        "explain_bundle",
        "explain_text",
        "export_bundle",
        "join_search",
        "load_bundle",
    ),
    "kerasapps.recipes.text_classification.explain": ("Explanation",),
    "kerasapps.recipes.image_classification.task": ("train_image_classifier",),
    "kerasapps.workflow.result": ("RecipeResult",),
    "kerasapps.recipes.text_classification.task": (
        "train_sentiment_classifier",
        "train_text_classifier",
    ),
    "kerasapps.recipes.translation.task": ("train_translator",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Alignment",
    "Bundle",
    "BundleError",
    "ConfigError",
    "DataError",
    "DependencyError",
    "DiskFullError",
    "Explanation",
    "ExportConfig",
    "ExportError",
    "ImageConfig",
    "KerasAppsError",
    "LoadConfig",
    "ModelConfig",
    "Prediction",
    "RecipeResult",
    "TextConfig",
    "TrainConfig",
    "TrainingError",
    "Translation",
    "TranslationBundle",
    "TranslationConfig",
    "TuneConfig",
    "benchmark_bundle",
    "evaluate_bundle",
    "explain_bundle",
    "explain_text",
    "export_bundle",
    "join_search",
    "load_bundle",
    "train_image_classifier",
    "train_sentiment_classifier",
    "train_text_classifier",
    "train_translator",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'kerasapps' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
