from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kerasapps
from kerasapps.deploy.manifest import Manifest, read_manifest
from kerasapps.errors import DataError
from kerasapps.outputs.classes.labelled import (
    Labelled,
    place_labels,
)
from kerasapps.outputs.classes.metrics import ClassificationMetrics
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION, TEXT_CLASSIFICATION
from kerasapps.workflow.held_out import held_out, usable_examples
from kerasapps.workflow.reading import trained_on
from tests.data.text_samples import load, rows, write_csv
from tests.shapes import write_shapes

DEPLOY = Path(__file__).parents[2] / "deploy"


def labelled(inputs: str, labels: list[str]) -> Labelled:
    return Labelled(inputs, labels, np.zeros(len(labels), np.uint64))


def test_labels_of_the_data_find_their_places() -> None:
    examples = labelled("abc", ["dog", "cat", "dog"])
    assert place_labels(examples, ("cat", "dog"), unknown_classes="error") == ([*"abc"], [1, 0, 1])


def test_labels_of_an_older_bundle_are_found() -> None:
    """Bundles of earlier versions have labels as their data wrote them."""
    known = ("1.0", "cafe\u0301", "true")
    examples = labelled("abc", ["caf\u00e9", "1", "True"])
    assert place_labels(examples, known, unknown_classes="error") == ([*"abc"], [1, 0, 2])
    both = labelled("ab", ["1", "1.0"])
    assert place_labels(both, ("1.0", "1"), unknown_classes="error") == ([*"ab"], [1, 0])


@pytest.mark.parametrize(
    ("found", "known", "hint"),
    [
        ("01", ("neg", "pos"), "The data number their classes, and the bundle has names: write"),
        (("neg", "pos"), ("0", "1"), "The data name their classes, and the bundle has numbers"),
    ],
)
def test_numbers_in_place_of_names_are_spoken_of(
    found: Sequence[str], known: tuple[str, str], hint: str
) -> None:
    examples = Labelled([*"ab"], [*found], np.zeros((2, 2), np.uint64))
    with pytest.raises(DataError) as refused:
        place_labels(examples, known, unknown_classes="error")
    assert f"its labels are {', '.join(known)}. {hint}" in str(refused.value)
    assert "unknown_classes" not in str(refused.value)  # it would leave nothing


def test_unknown_classes(capsys: pytest.CaptureFixture[str]) -> None:
    examples, known = labelled("abcd", ["dog", "Cat", "cow", "cow"]), ("cat", "dog")
    with pytest.raises(DataError) as caught:
        place_labels(examples, known, unknown_classes="error")
    assert str(caught.value) == (
        "the data has the class 'Cat', 'cow', which the bundle does not know; its labels are cat, "
        "dog. The labels 'cat' and 'Cat' differ only by case: give them one spelling if they are "
        "one class. Set unknown_classes to skip to leave such examples out."
    )
    assert place_labels(examples, known, unknown_classes="skip") == (["a"], [1])
    assert capsys.readouterr().err.splitlines() == [
        "Warning: the bundle does not know the class 'Cat': 1 example left out.",
        "Warning: the bundle does not know the class 'cow': 2 examples left out.",
    ]
    none: Any = labelled("a", ["cow"])
    with pytest.raises(DataError, match="no example of a class that the bundle knows"):
        place_labels(none, known, unknown_classes="skip")


def test_columns_of_a_table_of_pictures(trained: kerasapps.RecipeResult, tmp_path: Path) -> None:
    write_shapes(tmp_path, per_class=3, first=700)
    rows = [
        f"{file.parent.name}/{file.name},red/0700.png,{file.parent.name},red"
        for file in sorted(tmp_path.glob("*/*.png"))
    ]
    table = tmp_path / "new.csv"
    table.write_text("\n".join(["picture,mask,colour,label", *rows]) + "\n")
    named = {"image_column": "picture", "label_column": "colour"}
    figures = kerasapps.evaluate_bundle(trained.bundle_dir, table, **named)
    assert isinstance(figures, ClassificationMetrics)
    assert figures.examples == 9 and figures.accuracy > 0.8  # by the masks and "label" it is 1/3
    with pytest.raises(kerasapps.DataError, match=r"no column 'pictur' \(image_column\)"):
        kerasapps.evaluate_bundle(trained.bundle_dir, table, image_column="pictur")


def text_manifest(source: Path) -> Manifest:
    """Of a bundle that was trained on a table of texts, with the options of its time."""
    settings = json.loads((DEPLOY / "manifests" / "texts.json").read_text())["settings"]
    data = {"source": str(source), "fingerprint": "another"}
    first = read_manifest(DEPLOY / "first_bundle")
    return dataclasses.replace(first, task="sentiment", settings=settings, data=data)


def test_texts_of_the_training_are_those_of_its_test_split(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_csv(tmp_path / "a.csv", [*rows(60), *[["", "pos"]] * 6])
    manifest, scratch = text_manifest(path), tmp_path / "scratch"
    found = usable_examples(
        TEXT_CLASSIFICATION, manifest, path, options={}, max_broken=0.1, scratch=scratch
    )
    seed, config = manifest.settings["train"]["seed"], manifest.settings["load"]
    shares = {name: config[name] for name in ("test_split", "validation_split")}
    splits = load(path, tmp_path / "again", seed=seed, max_broken=0.1, **shares)
    assert list(found.inputs) == list(splits.test.texts)
    assert list(found.labels) == [splits.labels[number] for number in splits.test.labels]
    said = capsys.readouterr().err
    assert "what was held out for testing is judged" in said
    assert "changed since: some of what is judged may have been trained on" in said
    with pytest.raises(DataError, match="6 of 66 rows"):
        usable_examples(
            TEXT_CLASSIFICATION,
            manifest,
            path,
            options={},
            max_broken=0.01,
            scratch=scratch / "more",
        )


def test_data_of_which_nothing_was_held_out_is_told_as_such(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_csv(tmp_path / "a.csv", rows(60))
    manifest = text_manifest(path)
    load_options = {**manifest.settings["load"], "test_split": 0.0}
    manifest = dataclasses.replace(manifest, settings={**manifest.settings, "load": load_options})
    scratch = tmp_path / "scratch"
    found = usable_examples(
        TEXT_CLASSIFICATION, manifest, path, options={}, max_broken=0.0, scratch=scratch
    )
    assert 0 < len(found.inputs) < 60
    said = capsys.readouterr().err
    assert "trained on this data, and none of it was held out for testing." in said
    assert "held out for testing is judged" not in said


def test_other_texts_are_all_read_as_the_options_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = [[f"id {number}", text, label] for number, (text, label) in enumerate(rows(20))]
    path = write_csv(tmp_path / "b.csv", [*table, ["", "", ""]], header=("text", "body", "kind"))
    manifest = text_manifest(tmp_path / "a.csv")
    options = {"text_column": "body", "label_column": "kind"}
    found = usable_examples(
        TEXT_CLASSIFICATION,
        manifest,
        path,
        options=options,
        max_broken=0.2,
        scratch=tmp_path / "scratch",
    )
    assert [*zip(found.inputs, found.labels, strict=True)] == [tuple(row) for row in rows(20)]
    assert "Broken rows left out: 1." in (said := capsys.readouterr().err)
    assert "was trained on this data" not in said
    assert "does not know which texts it was trained on" in said  # it is an older one
    with pytest.raises(DataError, match="1 of 21"):
        usable_examples(
            TEXT_CLASSIFICATION,
            manifest,
            path,
            options=options,
            max_broken=0,
            scratch=tmp_path / "more",
        )


def test_pictures_of_the_training_are_those_of_its_test_split(
    trained: kerasapps.RecipeResult, shapes: Path, tmp_path: Path, capsys: Any
) -> None:
    manifest = read_manifest(trained.bundle_dir)
    judged = usable_examples(
        IMAGE_CLASSIFICATION, manifest, shapes, options={}, max_broken=0, scratch=tmp_path / "a"
    )
    assert capsys.readouterr().err == (
        "The bundle was trained on this data: what was held out for testing is judged.\n"
    )
    splits = trained_on(IMAGE_CLASSIFICATION, manifest, shapes, tmp_path / "b")
    assert list(judged.inputs) == list(splits.test.paths) and len(judged.inputs) > 10
    assert [Path(path).parent.name for path in judged.inputs] == list(judged.labels)


def test_only_data_that_is_found_where_it_was_and_read_as_it_was_is_split_again(
    trained: kerasapps.RecipeResult, shapes: Path, tmp_path: Path
) -> None:
    manifest = read_manifest(trained.bundle_dir)

    def found(data: Any, **options: Any) -> bool:
        splits = held_out(
            IMAGE_CLASSIFICATION, manifest, data, tmp_path, options=options, max_broken=0.0
        )
        return splits is not None

    assert found(shapes) and found(str(shapes)) and found(shapes, image_column=None)
    assert not found(shapes, image_column="picture") and not found(tmp_path)
    assert not found((np.zeros((2, 8, 8, 3), np.uint8), [0, 1]))


def test_other_pictures_are_all_read_but_those_trained_on(
    trained: kerasapps.RecipeResult, shapes: Path, tmp_path: Path, capsys: Any
) -> None:
    manifest = read_manifest(trained.bundle_dir)
    write_shapes(tmp_path / "new", per_class=4, first=800)
    known = trained_on(IMAGE_CLASSIFICATION, manifest, shapes, tmp_path / "b").train.paths[0]
    shutil.copy(known, tmp_path / "new" / "red" / "copy.png")
    (tmp_path / "new" / "blue" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    judged = usable_examples(
        IMAGE_CLASSIFICATION,
        manifest,
        tmp_path / "new",
        options={},
        max_broken=0.2,
        scratch=tmp_path / "a",
    )
    names = [(Path(path).parent.name, Path(path).name) for path in judged.inputs]
    files = ("0800.png", "0801.png", "0802.png", "0803.png")
    assert sorted(names) == [(label, file) for label in ("blue", "green", "red") for file in files]
    assert [label for label, _ in names] == list(judged.labels)
    said = capsys.readouterr().err
    assert "1 of 13 pictures are left out" in said and "held out" not in said
    with pytest.raises(DataError, match="1 of 14"):
        usable_examples(
            IMAGE_CLASSIFICATION,
            manifest,
            tmp_path / "new",
            options={},
            max_broken=0.0,
            scratch=tmp_path / "c",
        )
