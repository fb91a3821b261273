"""A run learns from examples without labels, and its bundle says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kerasapps
from kerasapps.config import (
    CompressConfig,
    ExportConfig,
    LoadConfig,
    ModelConfig,
    TextConfig,
    TrainConfig,
    UnlabelledConfig,
)
from kerasapps.deploy.manifest import read_manifest
from kerasapps.errors import DataError, TrainingError
from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.workflow.options import options_of
from kerasapps.workflow.self_training import run as self_training
from kerasapps.workflow.self_training import teacher

pytestmark = pytest.mark.usefixtures("convert_here")

OPTIONS: dict[str, Any] = {
    "model": ModelConfig(model="bag_of_ngrams", width=0.25),
    "train": TrainConfig(epochs=1),
    "export": ExportConfig(quantization=("float32",), saved_model=False, tolerance=100.0),
}
ODD = 40  # of the texts
WORDS = {"pos": ("good", "fine", "warm", "deft"), "neg": ("bad", "dull", "cold", "limp")}


def review(number: int, label: str) -> str:
    random = np.random.default_rng(number)
    if number < ODD:  # whose words say nothing of the label
        return " ".join(f"w{place}" for place in random.integers(0, 20, 6))
    words = [WORDS[label][place] for place in random.permutation(4)[:3]]
    return f"film {number} is {' and '.join(words)}"


def reviews(count: int, *, first: int = 0) -> tuple[list[str], list[str]]:
    labels = ["pos" if number % 2 else "neg" for number in range(first, first + count)]
    texts = [review(first + place, label) for place, label in enumerate(labels)]
    return texts, labels


def train(data: Any, more: Any, folder: Path, **options: Any) -> kerasapps.RecipeResult:
    learning = {name: options.pop(name) for name in tuple(options) if name in LEARNING}
    return kerasapps.train_text_classifier(
        data,
        output_dir=folder / "run",
        unlabelled=UnlabelledConfig(unlabelled=more, **learning),
        **{**OPTIONS, **options},
    )


LEARNING = ("pseudo_threshold", "unlabelled_weight", "pseudo_rounds")


def test_a_run_labels_what_it_is_sure_of_and_tells_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data, (more, _) = reviews(240), reviews(60, first=1000)
    load = LoadConfig(validation_split=0.45, test_split=0.15)
    result = train(
        data,
        [*more, *data[0][:3], " "],
        tmp_path,
        load=load,
        pseudo_rounds=1,
        pseudo_threshold=0.8,
    )
    said = capfd.readouterr().err
    assert "60 unlabelled texts to learn from" in said
    assert "right on 108 texts for validation" in said
    assert "Labelled by network 1: 60 of 60 (100.00 %): neg 30, pos 30" in said
    manifest = read_manifest(result.bundle_dir)
    told = manifest.data["unlabelled"]
    assert told["networks"] == [{"labelled": 60, "labels": {"neg": 30, "pos": 30}}]
    assert sum(told["left_out"].values()) == 3
    assert (told["threshold"], told["weight"], told["source"]) == (0.8, 1.0, "arrays in memory")
    alone = told["labelled_alone"]
    assert alone["judged_on"] == "108 texts for validation"
    # The network that labels has not learnt from them: of the odd ones it knows nothing.
    assert 0.8 < alone["right"] < 0.97
    assert sum(manifest.data["examples"].values()) == 240
    report = (result.bundle_dir / "report.html").read_text(encoding="utf-8")
    assert "Labels that networks gave to 60 examples without any" in report
    # What export and evaluate do with the bundle later.
    assert options_of(TEXT_CLASSIFICATION, manifest)["unlabelled"].pseudo_rounds == 1
    figures = kerasapps.evaluate_bundle(result.bundle_dir.parent, reviews(40, first=2000))
    assert figures.to_dict()["accuracy"] > 0.9
    assert not (tmp_path / "run" / "work").exists()
    # A file that is added later takes nothing away of what is said.
    more_files = ExportConfig(quantization=("float16",), saved_model=False)
    kerasapps.export_bundle(result.bundle_dir, data, export=more_files)
    assert read_manifest(result.bundle_dir).data == manifest.data
    report = (result.bundle_dir / "report.html").read_text(encoding="utf-8")
    assert "Labels that networks gave to 60 examples without any" in report


def test_where_nothing_is_believed_the_bundle_says_so_and_pictures_are_changed_as_ever(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def unsure(*_: Any, **__: Any) -> Any:
        return np.full((60 + 108, 2), 0.5, np.float32)

    monkeypatch.setattr(self_training, "taught_answers", unsure)
    monkeypatch.setattr(self_training, "_with_noise", lambda order, noise: object())
    load = LoadConfig(validation_split=0.45, test_split=0.15)
    result = train(reviews(240), reviews(60, first=1000)[0], tmp_path, load=load)
    assert "sure of none of 60 unlabelled examples" in capfd.readouterr().err
    told = read_manifest(result.bundle_dir).data["unlabelled"]
    assert told["networks"] == [{"labelled": 0, "labels": {"neg": 0, "pos": 0}}]


def test_nothing_new_is_refused_before_tensorflow(tmp_path: Path) -> None:
    data = reviews(60)
    named = r"^UnlabelledConfig\.unlabelled, arrays in memory: "
    with pytest.raises(DataError, match=f"{named}nothing is left .* labelled texts already"):
        train(data, data[0][:5], tmp_path)
    with pytest.raises(DataError, match=rf"{named}5 of 65 rows .* broken"):
        train(data, [*reviews(60, first=100)[0], *" " * 5], tmp_path)


@pytest.mark.slow
def test_a_run_that_was_stopped_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    data, (more, _) = reviews(60), reviews(80, first=1000)
    trained = []
    plain = teacher._train

    def stopping(course: Any, splits: Any, *, place: Path, **more: Any) -> None:
        trained.append(place.name)
        if trained == ["labels-1", "labels-2"]:
            raise KeyboardInterrupt
        plain(course, splits, place=place, **more)

    monkeypatch.setattr(teacher, "_train", stopping)
    with pytest.raises(KeyboardInterrupt):
        train(data, more, tmp_path, unlabelled_weight=0.5)
    # Other data in the same folder are not taken for these.
    with pytest.raises(TrainingError, match="labels of other data"):
        train(data, reviews(30, first=5000)[0], tmp_path, unlabelled_weight=0.5)
    capfd.readouterr()
    result = train(data, more, tmp_path, unlabelled_weight=0.5)
    said = capfd.readouterr().err
    assert trained == ["labels-1", "labels-2", "labels-2"]
    assert "Fold 1 of 5" not in said
    assert "cross-validated" in said
    told = read_manifest(result.bundle_dir).data["unlabelled"]
    assert [each["labelled"] for each in told["networks"]][-1] > 60
    assert told["weight"] == 0.5


@pytest.mark.slow
def test_sets_of_labels_and_a_teacher(tmp_path: Path) -> None:
    def sets(count: int, first: int = 0) -> tuple[list[str], list[str]]:
        texts = [
            f"flat {n} {'with garden' if n & 1 else ''} {'near school' if n & 2 else ''}"
            for n in range(first, first + count)
        ]
        labels = [
            "|".join([*["garden"] * (n & 1), *["school"] * (n >> 1 & 1)]) for n in range(count)
        ]
        return texts, labels

    table = [{"text": text, "labels": label} for text, label in zip(*sets(120), strict=True)]
    more = [{"text": text} for text in sets(60, first=1000)[0]]
    text = TextConfig(target_kind="labels")
    first = train(table, more, tmp_path / "first", text=text, pseudo_threshold=0.6)
    told = read_manifest(first.bundle_dir).data["unlabelled"]
    assert set(told["networks"][0]["labels"]) == {"garden", "school"}
    assert told["networks"][-1]["labelled"] > 0
    second = train(
        table,
        more,
        tmp_path / "second",
        text=text,
        pseudo_threshold=0.6,
        compress=CompressConfig(teacher=str(first.bundle_dir)),
    )
    assert json.dumps(read_manifest(second.bundle_dir).data["unlabelled"])


def test_nothing_changes_where_nobody_asks() -> None:
    order, splits = object(), object()
    learnt = self_training.self_trained(order, splits, None, run=None)  # type: ignore[arg-type]
    assert learnt.order is order
    assert learnt.splits is splits
