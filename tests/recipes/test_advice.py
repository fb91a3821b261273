"""What is said of few examples, and what would help."""

from __future__ import annotations

from typing import Any

import pytest

from kerasapps.data.audit import Audit
from kerasapps.data.splits import Splits
from kerasapps.recipes.registry import TASKS
from kerasapps.workflow.options import with_model


class Examples:
    """So many equal ones."""

    def __init__(self, count: int, text: str) -> None:
        self.count, self.texts = count, [text] * count

    def __len__(self) -> int:
        return self.count


def advice(
    name: str, model: str, *, count: int, labels: tuple[str, ...] = (), text: str = "well"
) -> str:
    examples: Any = Examples(count, text)
    splits = Splits(labels, examples, examples, examples, Audit("data", (), ()), "")
    task = TASKS[name]
    return task.planning.advise(splits, with_model(task.defaults, model))


@pytest.mark.parametrize(
    ("name", "model", "count", "labels", "words"),
    [
        ("image_classification", "efficientnet_lite0", 46, ("a", "b"),
         "23 pictures a class: a pretrained backbone is used"),
        ("image_classification", "cnn", 1, ("a",),
         "1 picture a class is few for cnn, which begins from nothing: more would help most, or "
         "of photos a pretrained backbone (--model efficientnet_lite0"),
        ("text_classification", "minilm", 98, ("a", "b"), "49 texts a class: a pretrained encoder"),
        ("text_classification", "text_cnn", 98, ("a", "b"), "(--model minilm; English only)"),
        ("translation", "transformer", 9_999, (), "9,999 sentence pairs for training are few"),
        ("tabular", "mlp", 199, ("a", "b"), "the simplest model (--model linear)"),
        ("tabular", "linear", 199, (), "the simplest model is used"),
        ("tagging", "bilstm_crf", 999, (), "999 sentences for training are few"),
    ],
)  # fmt: skip
def test_few_examples(
    name: str, model: str, count: int, labels: tuple[str, ...], words: str
) -> None:
    assert words in advice(name, model, count=count, labels=labels)


def test_an_encoder_of_english_is_not_for_other_scripts() -> None:
    advised = advice("text_classification", "text_cnn", count=98, labels=("a", "b"), text="schön")
    assert "more would help most." in advised and "minilm" not in advised


@pytest.mark.parametrize(
    ("name", "model", "count"),
    [
        ("image_classification", "cnn", 200),
        ("text_classification", "text_cnn", 100),
        ("translation", "transformer", 10_000),
        ("tabular", "mlp", 200),
        ("tagging", "bilstm_crf", 1000),
    ],
)
def test_of_enough_nothing_is_said(name: str, model: str, count: int) -> None:
    assert advice(name, model, count=count, labels=("a", "b")) == ""
