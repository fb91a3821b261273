"""What each family of models is searched for, around one set of options as they are."""

from __future__ import annotations

from typing import Any

import pytest
from keras_tuner.engine.hyperparameters import Choice

from kerasapps.errors import ConfigError
from kerasapps.tuning.spaces import SPACES, Candidate, default_space

STARTS: dict[str, Any] = {
    "width": 1.0, "depth": 2.0, "kernel": 3, "dropout": 0.1, "word_dropout": 0.1,
    "learning_rate": 0.01, "weight_decay": 0.2, "batch_size": 32, "batch_tokens": 1,
    "fine_tune_rate": 0.2, "layer_decay": 0.75, "head_epochs": 2, "label_smoothing": 0.0,
    "augment": "light",
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
# A list: one of these; a pair: any number between, small steps being as many as large; a number:
# any share up to it.
RANGES: dict[str, dict[str, Any]] = {
    "bag": {
        "width": [0.5, 1.0, 2.0], "depth": [1.0, 2.0, 4.0], "dropout": 0.8, "word_dropout": 0.6,
        **TRAINING,
    },
    "conv_images": {
        "width": [0.5, 0.75, 1.0, 1.5], "depth": [1.0, 2.0, 3.0], "kernel": [3, 5], "dropout": 0.5,
        **TRAINING, **PICTURES,
    },
    "image_preset": {**PRESET, "head_epochs": [1, 2, 3], **PICTURES},
    "mlp": {
        "width": [0.25, 0.5, 1.0, 2.0], "depth": [1.0, 2.0, 3.0, 4.0], "dropout": 0.6,
        **TRAINING, **PICTURES,
    },
    "recurrent": {
        "width": [0.5, 1.0, 2.0], "depth": [2.0, 4.0], "kernel": [3, 5, 7], "dropout": 0.7,
        "word_dropout": 0.6, **TRAINING,
    },
    "recurrent_translator": {"width": [0.5, 1.0, 1.5], "depth": [2.0, 4.0], **TRANSLATOR},
    "text_cnn": {
        "width": [0.5, 1.0, 2.0], "depth": [1.0, 2.0, 3.0], "kernel": [2, 3, 4], "dropout": 0.7,
        "word_dropout": 0.5, **TRAINING,
    },
    "text_preset": {**PRESET, "label_smoothing": [0.0, 0.1]},
    "text_transformer": {
        "width": [0.5, 1.0, 1.5], "depth": [1.0, 2.0, 4.0], "dropout": 0.5, "word_dropout": 0.5,
        **TRAINING,
    },
    "transformer_translator": {"width": [0.5, 1.0, 1.5], "depth": [1.0, 2.0, 3.0], **TRANSLATOR},
    "vit": {
        "width": [0.5, 0.75, 1.0, 1.5], "depth": [1.0, 2.0, 3.0], "dropout": 0.4,
        **TRAINING, **PICTURES,
    },
}  # fmt: skip


def ranges(family: str, **changes: Any) -> dict[str, Any]:
    """Option → its range, in the form of `RANGES`; every default is the option as it is."""
    starts = {**STARTS, **changes}
    found: dict[str, Any] = {}
    for hp in default_space([Candidate("some", family, starts)]).space:
        assert hp.default == starts[hp.name]
        if isinstance(hp, Choice):
            found[hp.name] = list(hp.values)
        elif hp.sampling == "log":
            found[hp.name] = (pytest.approx(hp.min_value), pytest.approx(hp.max_value))
        else:
            assert hp.min_value == 0
            found[hp.name] = hp.max_value
    return found


def test_every_family_has_its_ranges() -> None:
    assert RANGES.keys() == SPACES.keys()


@pytest.mark.parametrize("family", RANGES)
def test_ranges(family: str) -> None:
    assert ranges(family) == RANGES[family]


def test_where_an_option_as_it_is_lies_beyond_a_range_the_range_goes_there() -> None:
    found = ranges("bag", dropout=0.95, width=4.0, learning_rate=50.0)
    assert (found["dropout"], found["width"]) == (0.95, [2.0, 4.0, 8.0])
    assert found["learning_rate"] == (5.0, 100.0)
    assert ranges("bag", learning_rate=100.0)["learning_rate"] == (10.0, 100.0)
    assert ranges("conv_images", kernel=7)["kernel"] == [3, 5, 7]


@pytest.mark.parametrize("family", ["bag", "transformer_translator"])
def test_no_decay_is_one_of_a_few(family: str) -> None:
    assert ranges(family, weight_decay=0.0)["weight_decay"] == [0.0, 0.001, 0.01, 0.1]


def test_what_is_open_or_missing_is_left_alone() -> None:
    found = ranges("bag", dropout=None, word_dropout=None, batch_size=None, width=None)
    assert list(found) == ["depth", "learning_rate", "weight_decay"]


def test_models_to_choose_among_have_options_of_their_own() -> None:
    one, two = Candidate("one", "bag", {"depth": 1.0}), Candidate("two", "mlp", {"width": 1.0})
    space = default_space([one, two])
    model, depth, width = space.space
    assert (model.name, list(model.values), model.default) == ("model", ["one", "two"], "one")
    assert (depth.name, width.name) == ("one/depth", "two/width")
    assert [hp.conditions[0].values for hp in (depth, width)] == [["one"], ["two"]]
    assert [hp.name for hp in default_space([one]).space] == ["depth"]
    assert [hp.name for hp in default_space([one, two], fixed=["depth"]).space] == [
        "model",
        "two/width",
    ]


def test_what_cannot_be_searched_is_refused() -> None:
    one = Candidate("one", "bag", {"depth": 1.0})
    with pytest.raises(ConfigError, match="nothing to search"):
        default_space([one], fixed=["depth"])
    with pytest.raises(ConfigError, match="chooses among different models, got 'one, one'"):
        default_space([one, one])
    with pytest.raises(ConfigError, match="chooses among different models"):
        default_space([])
    with pytest.raises(ConfigError, match=r"Candidate\.space 'bagg' is not known.*'bag'"):
        default_space([Candidate("one", "bagg", {})])
