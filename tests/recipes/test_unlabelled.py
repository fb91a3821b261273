"""Examples without labels in every form: labels that are there are not looked at."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kerasapps.config import TextConfig
from kerasapps.data.unlabelled import Unlabelled
from kerasapps.errors import DataError
from kerasapps.recipes.image_classification import unlabelled as pictures
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION, TEXT_CLASSIFICATION
from kerasapps.recipes.text_classification import unlabelled as texts
from kerasapps.recipes.unlabelled import temperature


def png(shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((9, 9, 3), shade, np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def write_photos(folder: Path, *names: str) -> Path:
    for number, name in enumerate(names):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(png(40 * number + 10))
    return folder


def read_pictures(data: Any, tmp_path: Path) -> Unlabelled[Any]:
    return pictures.read(data, options=IMAGE_CLASSIFICATION.defaults, folder=tmp_path / "scratch")


def read_texts(data: Any, tmp_path: Path, **options: Any) -> Unlabelled[Any]:
    given = {**TEXT_CLASSIFICATION.defaults, "text": TextConfig(**options)}
    (tmp_path / "scratch").mkdir(exist_ok=True)
    return texts.read(data, options=given, folder=tmp_path / "scratch")


def test_a_flat_folder_of_photos_is_read_and_what_is_broken_is_named(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "photos", "a.png", "b.png", "c.png")
    (folder / "broken.jpg").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("none either")
    read = read_pictures(folder, tmp_path)
    assert [path.name for path in read.examples.paths] == ["a.png", "b.png", "c.png"]
    assert len(set(read.examples.contents.tolist())) == 3
    assert read.broken.total == 1
    assert "broken.jpg" in str(read.broken.first[0])
    assert not read.labelled


def test_a_folder_without_photos_is_no_broken_photo(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(DataError, match=r"empty holds no pictures"):
        read_pictures(empty, tmp_path)


def test_folders_of_classes_are_photos_too(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "photos", "cat/a.png", "dog/b.png")
    read = read_pictures(str(folder), tmp_path)
    assert len(read.examples) == 2
    assert read.labelled


def test_a_table_names_photos_with_or_without_labels(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "photos", "a.png", "b.png")
    (folder / "list.csv").write_text("file\na.png\nb.png\n")
    (folder / "labelled.csv").write_text("file,label\na.png,cat\nb.png,\n")
    plain = read_pictures(folder / "list.csv", tmp_path)
    assert [path.name for path in plain.examples.paths] == ["a.png", "b.png"]
    assert not plain.labelled
    labelled = read_pictures(folder / "labelled.csv", tmp_path)
    assert len(labelled.examples) == 2
    assert labelled.labelled


def test_a_list_names_photos(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "photos", "a.png", "b.png")
    (folder / "names.txt").write_text("a.png\nb.png\n")
    assert len(read_pictures(f"@{folder / 'names.txt'}", tmp_path).examples) == 2


@pytest.mark.parametrize("labelled", [False, True])
def test_photos_in_memory(tmp_path: Path, labelled: bool) -> None:
    arrays = np.stack([np.full((8, 8, 3), shade, np.uint8) for shade in (10, 90, 200)])
    read = read_pictures((arrays, ["?", "x", "y"]) if labelled else arrays, tmp_path)
    assert len(read.examples) == 3
    assert read.labelled == labelled


def test_a_list_of_mappings_holds_photos(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "photos", "a.png", "b.png")
    rows = [{"image": str(folder / name)} for name in ("a.png", "b.png")]
    assert len(read_pictures(rows, tmp_path).examples) == 2


def test_nothing_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"does not exist|there is no"):
        read_pictures(tmp_path / "nowhere", tmp_path)
    with pytest.raises(DataError, match=r"does not exist|there is no"):
        read_texts(tmp_path / "nowhere.csv", tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "labelled"),
    [
        ("more.csv", "text\nfine film\nbad film\n", False),
        ("more.csv", "text,label\nfine film,\nbad film,neg\n", True),
        ("more.txt", "fine film\nbad film\n", False),
        ("more.jsonl", '{"text": "fine film"}\n{"text": "bad film"}\n', False),
    ],
)
def test_files_of_texts(tmp_path: Path, name: str, content: str, labelled: bool) -> None:
    (tmp_path / name).write_text(content)
    read = read_texts(tmp_path / name, tmp_path)
    assert [*read.examples.texts] == ["fine film", "bad film"]
    assert read.labelled == labelled
    assert read.examples.origin(1).startswith(name) or name == "more.txt"


def test_a_folder_of_texts_and_one_of_tables(tmp_path: Path) -> None:
    (tmp_path / "each").mkdir()
    for name in ("1.txt", "2.txt"):
        (tmp_path / "each" / name).write_text(f"text {name}")
    read = read_texts(tmp_path / "each", tmp_path)
    assert sorted(read.examples.texts) == ["text 1.txt", "text 2.txt"]
    assert not read.labelled
    (tmp_path / "tables").mkdir()
    for name in ("a.csv", "b.csv"):
        (tmp_path / "tables" / name).write_text(f"text\nfrom {name}\n")
    assert [*read_texts(tmp_path / "tables", tmp_path).examples.texts] == [
        "from a.csv",
        "from b.csv",
    ]
    for name in ("one", "two"):  # folders of tables are no classes
        (tmp_path / "more" / name).mkdir(parents=True)
        (tmp_path / "more" / name / "a.csv").write_text(f"text\nfrom {name}\n")
    read = read_texts(tmp_path / "more", tmp_path)
    assert len(read.examples) == 2 and not read.labelled


def test_texts_in_memory_and_blank_ones(tmp_path: Path) -> None:
    read = read_texts(["one", " ", "two"], tmp_path)
    assert [*read.examples.texts] == ["one", "two"]
    assert read.broken.total == 1
    labelled = read_texts([("one", "pos"), ("two", "neg")], tmp_path)
    assert [*labelled.examples.texts] == ["one", "two"]
    assert labelled.labelled
    named = read_texts([{"body": "one", "n": "1"}], tmp_path, text_column="body")
    assert [*named.examples.texts] == ["one"]


def test_the_same_text_has_the_digest_that_a_labelled_one_has(tmp_path: Path) -> None:
    from kerasapps.data.load import load_texts

    splits = load_texts("builtin:reviews")
    read = read_texts([splits.test.texts[0]], tmp_path)
    assert read.examples.contents[0] == splits.test.contents[0]


def test_a_temperature_needs_examples_and_mistakes() -> None:
    random = np.random.default_rng(0)
    truth = random.integers(0, 2, 60)
    right = random.random(60) < 0.75
    said = np.where(right, truth, 1 - truth)
    scores = np.where(np.eye(2)[said] == 1, 0.999, 0.001)
    # Right in three of four cases, and sure of all: these scores are far too sure.
    assert temperature(truth, scores, kind="class") > 3
    assert temperature(truth[:10], scores[:10], kind="class") == 1
    sets = np.eye(2)[truth]
    assert temperature(sets, scores, kind="labels") > 3
