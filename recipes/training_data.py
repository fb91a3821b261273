"""The data that a finished bundle was trained on, split as it was then; without TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.config import LoadConfig, TextConfig, TranslationConfig
from kerasapps.data.examples import ImageSplits, PairSplits, TextSplits
from kerasapps.data.load import load_images
from kerasapps.data.pair_load import load_pairs
from kerasapps.data.text_load import load_texts
from kerasapps.deploy.manifest import Manifest


def load_training_images(manifest: Manifest, data: Any, work_dir: Path) -> ImageSplits:
    """The pictures, split by the options that the manifest holds."""
    settings = manifest.settings
    load, seed = LoadConfig(**settings["load"]), settings["train"]["seed"]
    return load_images(data, config=load, seed=seed, work_dir=work_dir)


def load_training_texts(manifest: Manifest, data: Any, work_dir: Path) -> TextSplits:
    """The texts, split by the options that the manifest holds."""
    settings = manifest.settings
    load, seed = LoadConfig(**settings["load"]), settings["train"]["seed"]
    text = TextConfig(**settings["text"])
    return load_texts(data, config=load, text=text, seed=seed, work_dir=work_dir)


def load_training_pairs(manifest: Manifest, data: Any, work_dir: Path) -> PairSplits:
    """The sentence pairs, split by the options that the manifest holds."""
    settings = manifest.settings
    load, seed = LoadConfig(**settings["load"]), settings["train"]["seed"]
    translation = TranslationConfig(**settings["translation"])
    return load_pairs(data, config=load, translation=translation, seed=seed, work_dir=work_dir)
