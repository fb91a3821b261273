"""What is searched around one set of options as they are, where an architecture asks for it."""

from __future__ import annotations

from typing import Any

import pytest
from keras_tuner.engine.hyperparameters import Choice

from kerasapps.errors import ConfigError
from kerasapps.tuning.spaces import (
    Candidate,
    Draft,
    default_space,
    search_decay,
    search_fine_tuning,
    search_training,
)

STARTS: dict[str, Any] = {
    "width": 1.0, "depth": 2.0, "kernel": 3, "dropout": 0.1, "learning_rate": 0.01,
    "weight_decay": 0.2, "batch_size": 32, "fine_tune_rate": 0.2, "layer_decay": 0.75,
    "augment": "light",
}  # fmt: skip


def sized(draft: Draft) -> None:
    draft.times("width", 0.5, 1, 2)
    draft.times("depth", 0.5, 1, 2)
    draft.among("kernel", 3, 5)
    draft.up_to("dropout", 0.8)
    search_training(draft)


def wide(draft: Draft) -> None:
    draft.times("width", 0.5, 1, 2)


def ranges(space: Any, **changes: Any) -> dict[str, Any]:
    """Option → a list, a pair on a scale of factors, or the highest share.

    Every default is the option as it is.
    """
    starts = {**STARTS, **changes}
    options: dict[str, Any] = {}
    for hp in default_space([Candidate("some", space, starts)]).space:
        assert hp.default == starts[hp.name]
        if isinstance(hp, Choice):
            options[hp.name] = list(hp.values)
        elif hp.sampling == "log":
            options[hp.name] = (pytest.approx(hp.min_value), pytest.approx(hp.max_value))
        else:
            assert hp.min_value == 0
            options[hp.name] = hp.max_value
    return options


def test_ranges_lie_around_the_options_as_they_are() -> None:
    training = {
        "learning_rate": (0.001, 0.1),
        "weight_decay": (0.02, 1.0),  # no more than all
        "batch_size": [16, 32, 64],
    }
    assert ranges(sized) == {
        "width": [0.5, 1.0, 2.0], "depth": [1.0, 2.0, 4.0], "kernel": [3, 5], "dropout": 0.8,
        **training,
    }  # fmt: skip
    assert ranges(search_fine_tuning) == {
        "dropout": 0.5, "fine_tune_rate": (0.02, 1.0), "layer_decay": [0.65, 0.75, 0.85, 1.0],
        **training,
    }  # fmt: skip
    words = ranges(lambda draft: draft.among("augment", "strong", "none"))
    assert words == {"augment": ["strong", "none", "light"]}
    assert ranges(lambda draft: draft.sizes("batch_size"), batch_size=1) == {"batch_size": [1, 2]}


def test_where_an_option_as_it_is_lies_beyond_a_range_the_range_goes_there() -> None:
    options = ranges(sized, dropout=0.95, width=4.0, learning_rate=50.0)
    assert (options["dropout"], options["width"]) == (0.95, [2.0, 4.0, 8.0])
    assert options["learning_rate"] == (5.0, 100.0)
    assert ranges(sized, learning_rate=100.0)["learning_rate"] == (10.0, 100.0)
    assert ranges(sized, kernel=7)["kernel"] == [3, 5, 7]


def test_no_decay_is_one_of_a_few() -> None:
    for space in (sized, search_decay):
        assert ranges(space, weight_decay=0.0)["weight_decay"] == [0.0, 0.001, 0.01, 0.1]


def test_what_is_open_or_missing_is_left_alone() -> None:
    options = ranges(sized, dropout=None, kernel=None, batch_size=None, width=None)
    assert list(options) == ["depth", "learning_rate", "weight_decay"]


def test_models_to_choose_among_have_options_of_their_own() -> None:
    first, second = Candidate("one", sized, {"depth": 1.0}), Candidate("two", wide, {"width": 1.0})
    space = default_space([first, second])
    model, depth, width = space.space
    assert (model.name, list(model.values), model.default) == ("model", ["one", "two"], "one")
    assert (depth.name, width.name) == ("one/depth", "two/width")
    assert [hp.conditions[0].values for hp in (depth, width)] == [["one"], ["two"]]
    assert [hp.name for hp in default_space([first]).space] == ["depth"]
    assert [hp.name for hp in default_space([first, second], fixed=["depth"]).space] == [
        "model",
        "two/width",
    ]


def test_what_cannot_be_searched_is_refused() -> None:
    first = Candidate("one", sized, {"depth": 1.0})
    with pytest.raises(ConfigError, match="nothing to search"):
        default_space([first], fixed=["depth"])
    with pytest.raises(ConfigError, match="chooses among different models, got 'one, one'"):
        default_space([first, first])
    with pytest.raises(ConfigError, match="chooses among different models"):
        default_space([])
