"""What is searched with each architecture, around one set of options as they are."""

from __future__ import annotations

from typing import Any

import pytest
from keras_tuner.engine.hyperparameters import Choice

from kerasapps.config.architectures import Ask
from kerasapps.recipes.registry import TASKS
from kerasapps.tuning.spaces import Candidate, default_space

STARTS: dict[str, Any] = {
    "width": 1.0, "depth": 2.0, "kernel": 3, "dropout": 0.1, "word_dropout": 0.1,
    "learning_rate": 0.01, "weight_decay": 0.2, "batch_size": 32, "batch_tokens": 1,
    "fine_tune_rate": 0.2, "layer_decay": 0.75, "head_epochs": 2, "label_smoothing": 0.0,
    "augment": "light", "bins": 16,
}  # fmt: skip
RATES: dict[str, Any] = {
    "learning_rate": (0.001, 0.1),
    "weight_decay": (0.02, 1.0),  # no more than all
}
TRAINING = {**RATES, "batch_size": [16, 32, 64]}
PICTURES = {"label_smoothing": [0.0, 0.05, 0.1], "augment": ["none", "light", "strong"]}
PRESET = {
    "dropout": 0.5, "fine_tune_rate": (0.02, 1.0), "layer_decay": [0.65, 0.75, 0.85, 1.0],
    **TRAINING,
}  # fmt: skip
TRANSLATOR = {**RATES, "dropout": 0.5, "label_smoothing": [0.0, 0.1, 0.2], "batch_tokens": [1, 2]}
BINS = {"bins": [8, 16, 32]}
# A list: one of these; a pair: any number between, small steps being as many as large; a number:
# any share up to it.
RANGES: dict[str, dict[str, Any]] = {
    "audio conv_sounds": {
        "width": [0.5, 0.75, 1.0, 1.5], "depth": [1.0, 2.0, 3.0], "kernel": [3, 5], "dropout": 0.5,
        **TRAINING, **PICTURES,
    },
    "audio sound_mlp": {
        "width": [0.25, 0.5, 1.0, 2.0], "depth": [1.0, 2.0, 3.0, 4.0], "dropout": 0.6,
        **TRAINING, **PICTURES,
    },
    "audio sound_transformer": {
        "width": [0.5, 0.75, 1.0, 1.5], "depth": [1.0, 2.0, 3.0], "dropout": 0.4,
        **TRAINING, **PICTURES,
    },
    "text bag": {
        "width": [0.5, 1.0, 2.0], "depth": [1.0, 2.0, 4.0], "dropout": 0.8, "word_dropout": 0.6,
        **TRAINING,
    },
    "image conv_images": {
        "width": [0.5, 0.75, 1.0, 1.5], "depth": [1.0, 2.0, 3.0], "kernel": [3, 5], "dropout": 0.5,
        **TRAINING, **PICTURES,
    },
    "image image_preset": {**PRESET, "head_epochs": [1, 2, 3], **PICTURES},
    "image mlp": {
        "width": [0.25, 0.5, 1.0, 2.0], "depth": [1.0, 2.0, 3.0, 4.0], "dropout": 0.6,
        **TRAINING, **PICTURES,
    },
    "text recurrent": {
        "width": [0.5, 1.0, 2.0], "depth": [2.0, 4.0], "kernel": [3, 5, 7], "dropout": 0.7,
        "word_dropout": 0.6, **TRAINING,
    },
    "translation recurrent_translator": {
        "width": [0.5, 1.0, 1.5], "depth": [2.0, 4.0], **TRANSLATOR,
    },
    "tagging layered": {
        "width": [0.5, 1.0, 1.5], "depth": [1.0, 2.0, 3.0], "dropout": 0.6, "word_dropout": 0.3,
        **TRAINING,
    },
    "tagging recurrent": {
        "width": [0.5, 1.0, 1.5], "depth": [2.0, 4.0], "dropout": 0.6, "word_dropout": 0.3,
        **TRAINING,
    },
    "tabular dense": {
        "width": [0.5, 1.0, 2.0], "depth": [1.0, 2.0, 3.0, 4.0], "dropout": 0.6, **BINS, **TRAINING,
    },
    "tabular linear": TRAINING,
    "tabular transformer": {
        "width": [0.5, 1.0, 1.5], "depth": [1.0, 2.0, 3.0], "dropout": 0.4, **BINS, **TRAINING,
    },
    "text text_cnn": {
        "width": [0.5, 1.0, 2.0], "depth": [1.0, 2.0, 3.0], "kernel": [2, 3, 4], "dropout": 0.7,
        "word_dropout": 0.5, **TRAINING,
    },
    "tagging tagger_preset": PRESET,
    "text text_preset": {**PRESET, "label_smoothing": [0.0, 0.1]},
    "text text_transformer": {
        "width": [0.5, 1.0, 1.5], "depth": [1.0, 2.0, 4.0], "dropout": 0.5, "word_dropout": 0.5,
        **TRAINING,
    },
    "translation transformer_translator": {
        "width": [0.5, 1.0, 1.5], "depth": [1.0, 2.0, 3.0], **TRANSLATOR,
    },
    "image tiny_images": {
        "width": [0.5, 0.75, 1.0, 1.5], "depth": [2.0, 4.0], "dropout": 0.2,
        **TRAINING, **PICTURES,
    },
    "image vit": {
        "width": [0.5, 0.75, 1.0, 1.5], "depth": [1.0, 2.0, 3.0], "dropout": 0.4,
        **TRAINING, **PICTURES,
    },
}  # fmt: skip


SPACES: dict[str, Ask] = {
    f"{task.section} {each.space.__name__}": each.space
    for task in TASKS.values()
    for each in (*task.architectures.known.values(), task.architectures.preset)
    if each is not None
}


def ranges(family: str) -> dict[str, Any]:
    """Option → its range, in the form of `RANGES`; every default is the option as it is."""
    options: dict[str, Any] = {}
    for hp in default_space([Candidate("some", SPACES[family], STARTS)]).space:
        assert hp.default == STARTS[hp.name]
        if isinstance(hp, Choice):
            options[hp.name] = list(hp.values)
        elif hp.sampling == "log":
            options[hp.name] = (pytest.approx(hp.min_value), pytest.approx(hp.max_value))
        else:
            assert hp.min_value == 0
            options[hp.name] = hp.max_value
    return options


def test_every_family_has_its_ranges() -> None:
    assert RANGES.keys() == SPACES.keys()


@pytest.mark.parametrize("family", RANGES)
def test_ranges(family: str) -> None:
    assert ranges(family) == RANGES[family]
