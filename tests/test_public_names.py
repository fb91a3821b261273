"""What `import kerasapps` gives, and what it does not do."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from typing import Any

import pytest

import kerasapps
from kerasapps import recipes

ALIASES = {"train_sentiment_classifier": "train_text_classifier"}


PACKAGES = [
    "data",
    "decoding",
    "evaluation",
    "export",
    "layers",
    "models",
    "preprocess",
    "training",
    "tuning",
]
NAMES = [
    "Alignment",
    "Answered",
    "AudioConfig",
    "Bundle",
    "BundleError",
    "ClusterConfig",
    "CompressConfig",
    "ConfigError",
    "DataError",
    "DeepCheck",
    "DependencyError",
    "DiskFullError",
    "Entity",
    "ExplainConfig",
    "Explanation",
    "ExportConfig",
    "ExportError",
    "ExportedApp",
    "ImageConfig",
    "KerasAppsError",
    "LabelBundle",
    "LabelsPrediction",
    "LoadConfig",
    "ModelConfig",
    "NumberBundle",
    "NumberPrediction",
    "Pack",
    "PictureExplanation",
    "Prediction",
    "RecipeResult",
    "RepeatConfig",
    "RobustConfig",
    "RowExplanation",
    "ServeConfig",
    "SeveralBundle",
    "SeveralPrediction",
    "SoundBundle",
    "SoundExplanation",
    "SoundPrediction",
    "TabularConfig",
    "TagBundle",
    "Tagged",
    "TaggingConfig",
    "TextConfig",
    "TrainConfig",
    "TrainingError",
    "Translation",
    "TranslationBundle",
    "TranslationConfig",
    "TrustConfig",
    "TuneConfig",
    "UnlabelledConfig",
    "benchmark_bundle",
    "check_data",
    "create_app",
    "evaluate_bundle",
    "explain_bundle",
    "explain_text",
    "export_app",
    "export_bundle",
    "join_search",
    "load_bundle",
    "pack",
    "predict_bundle",
    "serve_bundles",
    "train_audio_classifier",
    "train_image_classifier",
    "train_sentiment_classifier",
    "train_tabular",
    "train_tagger",
    "train_text_classifier",
    "train_translator",
    "verify_pack",
]
TRAINING = (name for name in NAMES if name.startswith("train_"))
OF_RECIPES = ["RecipeResult", "join_search", *TRAINING]
ALL = sorted([*NAMES, *PACKAGES])
EVERY = [(kerasapps, name) for name in NAMES] + [(recipes, name) for name in OF_RECIPES]


def test_the_public_names() -> None:
    assert kerasapps.__all__ == ALL
    assert sorted(NAMES) == NAMES
    assert recipes.__all__ == OF_RECIPES == sorted(OF_RECIPES)


@pytest.mark.parametrize(("package", "name"), EVERY)
def test_every_public_name_is_the_one_of_its_home(package: Any, name: str) -> None:
    value = getattr(package, name)
    assert ALIASES.get(name, name) == value.__name__
    assert value is getattr(importlib.import_module(value.__module__), name)
    assert name in dir(package)


@pytest.mark.parametrize("package", [kerasapps, recipes])
def test_others_are_unknown(package: Any) -> None:
    assert "__file__" in dir(package) and dir(package) == sorted(set(dir(package)))
    with pytest.raises(AttributeError, match=f"'{package.__name__}' has no attribute 'nothing'"):
        _ = package.nothing


def test_a_star_brings_all() -> None:
    names: dict[str, Any] = {}
    exec("from kerasapps import *", names)
    assert names.keys() - {"__builtins__"} == set(ALL)
    assert "__version__" in dir(kerasapps)


@pytest.mark.parametrize(("given", "expected"), [(None, "1"), ("0", "0")])
def test_importing_is_quick_and_leaves_the_users_setting(given: str | None, expected: str) -> None:
    environment = {key: value for key, value in os.environ.items() if "ONEDNN" not in key}
    environment |= {} if given is None else {"TF_ENABLE_ONEDNN_OPTS": given}
    code = (
        "import json, os, sys, kerasapps\n"
        "heavy = {'numpy', 'tensorflow', 'keras', 'sklearn'} & set(sys.modules)\n"
        "print(json.dumps([os.environ['TF_ENABLE_ONEDNN_OPTS'], sorted(heavy)]))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert json.loads(ended.stdout) == [expected, []]
