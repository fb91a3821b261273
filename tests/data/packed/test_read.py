"""Packed folders: what is read is what was packed, and what is not as it was is refused by name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import kerasapps
from kerasapps.config import ImageConfig, LoadConfig, TextConfig, TranslationConfig
from kerasapps.data.images import packing
from kerasapps.data.packed.pack_file import read_pack_file
from kerasapps.data.packed.read import all_examples, verify_packed
from kerasapps.data.sources.shard_files import find_shards
from kerasapps.data.splits import SPLITS
from kerasapps.errors import DataError
from kerasapps.shards import FORMATS
from tests.data.pictures import pixels, write_classes

Packed = Callable[..., Path]


def odd_pictures(root: Path) -> Path:
    """Pictures of two classes, one of a palette and one that lies on its side."""
    write_classes(root, {"cat": 12, "dog": 12})
    palette = Image.fromarray(pixels(90)).convert("P", palette=Image.Palette.ADAPTIVE, colors=9)
    palette.save(root / "cat" / "palette.png")
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.fromarray(pixels(91)).save(root / "dog" / "turned.jpg", exif=turned, quality=95)
    shutil.copy(root / "cat" / "000.png", root / "dog" / "again.png")  # a conflict
    return root


def texts(root: Path) -> Path:
    """Texts with numbers, sets of labels, or several answers."""
    rows = [f"text {n} of many,{n % 3},{n / 7},a|b" for n in range(60)]
    file = root / "texts.csv"
    file.write_text("\n".join(["text,kind,stars,both", *rows, "broken,,,"]) + "\n")
    return file


@pytest.fixture(scope="module")
def packed_reviews(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kerasapps.pack("builtin:reviews", output=tmp_path_factory.mktemp("p") / "packed").folder


@pytest.fixture
def reviews(packed_reviews: Path, tmp_path: Path) -> Path:
    """A packed folder of the test's own."""
    return Path(shutil.copytree(packed_reviews, tmp_path / "packed"))


def told_apart(audit: kerasapps.data.Audit) -> dict[str, Any]:
    """What it tells but where the data is from."""
    return {
        name: value for name, value in audit.to_dict().items() if name not in ("source", "guesses")
    }


def same(one: Any, other: Any) -> None:
    """Splits of equal values, however they are read."""
    assert (one.labels, one.target, one.fingerprint) == (
        other.labels,
        other.target,
        other.fingerprint,
    )
    assert told_apart(one.audit) == told_apart(other.audit)
    for split in SPLITS:
        first, second = vars(getattr(one, split)), vars(getattr(other, split))
        for name in first:
            if name != "paths":
                assert np.array_equal([*first[name]], [*second[name]]), name


@pytest.mark.parametrize("format", FORMATS)
def test_pictures_are_read_byte_for_byte(tmp_path: Path, format: str) -> None:
    from kerasapps.data.sources.places import read_place

    data = odd_pictures(tmp_path / "pictures")
    pack = kerasapps.pack(data, output=tmp_path / "packed", format=format)
    assert pack.kind == "picture" and len([*pack.folder.glob(f"*{FORMATS[format].suffix}")]) == 3
    packed, plain = (kerasapps.data.load_images(each) for each in (pack.folder, data))
    same(packed, plain)
    assert packed.audit["conflicts"] and packed.audit["notes"]
    for split in SPLITS:
        files = [read_place(place) for place in getattr(plain, split).paths]
        assert [read_place(place) for place in getattr(packed, split).paths] == files


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        (
            {"label_column": "stars", "target_kind": "number"},
            lambda n, label: label == pytest.approx(n / 7),
        ),
        (
            {"target_columns": ("kind", "stars")},
            lambda n, label: (
                json.loads(label) == {"kind": str(n % 3), "stars": pytest.approx(n / 7)}
            ),
        ),
        ({"label_column": "both", "target_kind": "labels"}, lambda n, label: label == [b"a", b"b"]),
        ({"label_column": "kind"}, lambda n, label: label == str(n % 3).encode()),
    ],
)
def test_texts_and_all_kinds_of_answers(
    tmp_path: Path, options: dict[str, Any], answer: Callable[[int, Any], bool]
) -> None:
    data, load = texts(tmp_path), LoadConfig(test_split=0.4)
    pack = kerasapps.pack(data, output=tmp_path / "packed", load=load, **options)
    plain = kerasapps.data.load_texts(data, text=TextConfig(**options), load=load)
    same(kerasapps.data.load_texts(pack.folder), plain)
    same(kerasapps.data.load_texts(pack.folder, text=TextConfig(**options), load=load), plain)
    for record in FORMATS["tfrecord"].read(pack.folder / "train-00000-of-00001.tfrecord"):
        text: Any = record["text"]
        if text != b"broken":
            assert answer(int(text.split()[1]), record["label"])  # as other readers see it


def test_pairs_know_their_languages(tmp_path: Path) -> None:
    pack = kerasapps.pack("builtin:phrases", output=tmp_path / "packed", seed=3)
    same(
        kerasapps.data.load_pairs(pack.folder), kerasapps.data.load_pairs("builtin:phrases", seed=3)
    )
    audit = kerasapps.data.audit_pairs(pack.folder)
    found = {f"{side}_language": audit[f"{side}_language"] for side in ("source", "target")}
    assert kerasapps.data.audit_pairs(pack.folder, translation=TranslationConfig(**found)).ok
    other = TranslationConfig(source_language="xx")
    (error,) = kerasapps.data.audit_pairs(pack.folder, translation=other).errors
    assert f"packed with source_language={found['source_language']}" in error


def test_what_has_no_test_split_is_judged_as_a_whole(tmp_path: Path) -> None:
    data = write_classes(tmp_path / "pictures", {"cat": 12, "dog": 12})
    folder = kerasapps.pack(data, output=tmp_path / "p", load=LoadConfig(test_split=0)).folder
    whole = all_examples(folder, read_pack_file(folder), packing)
    assert whole.labels.dtype == np.int32 and sorted(whole.labels.tolist()) == [0] * 12 + [1] * 12
    assert len(whole.paths) == len({*map(str, whole.paths)}) == 24
    assert len(kerasapps.data.load_images(folder).test) == 0


def test_a_folder_may_be_moved_and_read_only(reviews: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere" / "shards"
    moved.parent.mkdir()
    reviews.rename(moved)
    for each in (*moved.rglob("*"), moved):
        each.chmod(0o555 if each.is_dir() else 0o444)
    same(kerasapps.data.load_texts(moved), kerasapps.data.load_texts("builtin:reviews"))
    assert verify_packed(moved) == ()
    for each in (moved, *moved.iterdir()):
        each.chmod(0o755)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"load": LoadConfig(test_split=0.3)}, "test_split=0.2, and test_split=0.3 is asked for"),
        ({"text": TextConfig(label_column="stars")}, "label_column=none, and label_column=stars"),
        ({"text": TextConfig(target_kind="labels")}, "packed with target_kind=class"),
    ],
)
def test_other_options_than_it_was_packed_with(
    reviews: Path, asked: dict[str, Any], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        kerasapps.data.load_texts(reviews, **asked)


def test_what_is_missing_cut_or_foreign_is_named(reviews: Path) -> None:
    reviews = reviews.rename(reviews.with_name("with: a colon"))
    shard = reviews / "train-00000-of-00001.tfrecord"
    kept = shard.read_bytes()
    shard.write_bytes(kept[:-10])
    (reviews / "test-00000-of-00001.tfrecord").unlink()
    shutil.copy(shard, reviews / "train-00001-of-00002.tfrecord")
    errors = kerasapps.data.audit_texts(reviews).errors
    assert [Path(line.partition(": it ")[0].partition(": this ")[0]).name for line in errors] == [
        "train-00000-of-00001.tfrecord",
        "test-00000-of-00001.tfrecord",
        "train-00001-of-00002.tfrecord",
    ]
    assert [line.rpartition(f"{reviews}/")[2] for line in verify_packed(reviews)] == [
        line.rpartition(f"{reviews}/")[2] for line in errors
    ]


def test_a_changed_shard_is_found_by_its_hash_and_by_who_reads_it(reviews: Path) -> None:
    shard = reviews / "train-00000-of-00001.tfrecord"
    content = bytearray(shard.read_bytes())
    content[40] ^= 1
    shard.write_bytes(content)
    (error,) = kerasapps.verify_pack(reviews)
    assert error.startswith(str(shard)) and "SHA-256" in error
    splits = kerasapps.data.load_texts(reviews)
    with pytest.raises(DataError, match=r"train-00000-of-00001\.tfrecord"):
        list(splits.train.texts)


@pytest.mark.parametrize(
    "name", ["columns/train-labels.npy", "audit.json", "columns/test-offsets.npy"]
)
def test_a_changed_column_is_refused(reviews: Path, name: str) -> None:
    file = reviews / name
    content = bytearray(file.read_bytes())
    content[-3] ^= 1
    file.write_bytes(content)
    with pytest.raises(DataError, match=f"{name}: it is not as it was packed"):
        kerasapps.data.load_texts(reviews)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda values: values.update(version=99), "is of version 99"),
        (lambda values: values["splits"].update(train=7), "shards of train do not add up"),
        (lambda values: values["shards"][0].update(name="../x"), "is no shard"),
        (lambda values: values["shards"][0].update(split="test"), "is no shard"),
        (lambda values: values["files"].update({"../x": values["files"]["audit.json"]}), "none of"),
        (lambda values: values.pop("labels"), r"pack\.json is damaged"),
        (lambda values: values.update(options=7), "options, found and splits are mappings"),
        (lambda values: values.update(source=None), "source, fingerprint and labels are texts"),
        (lambda values: values.update(version="1"), "its version is no number"),
        (lambda values: values["files"]["audit.json"].update(bytes="x"), "sizes are whole numbers"),
        (lambda values: values["labels"].reverse(), "it was changed after it was packed"),
    ],
)
def test_pack_json_is_not_trusted(reviews: Path, change: Callable[[Any], Any], words: str) -> None:
    file = reviews / "pack.json"
    values = json.loads(file.read_text())
    change(values)
    file.write_text(json.dumps(values))
    with pytest.raises(DataError, match=words):
        kerasapps.data.load_texts(reviews)


def test_its_shards_are_found_by_who_wants_no_more_of_it(reviews: Path) -> None:
    shards = find_shards(reviews)
    assert shards is not None
    names = [f"{split}-00000-of-00001.tfrecord" for split in SPLITS]
    assert [part.file for part in shards.parts] == [reviews / name for name in names]
    texts: Any = kerasapps.data.load_texts(reviews).train.texts
    assert texts.places[0].number == 1 and texts.places[-1].number == len(texts)


def test_another_kind_and_a_split_among_others(reviews: Path) -> None:
    with pytest.raises(DataError, match="holds packed texts: pictures are needed here"):
        kerasapps.data.load_images(reviews, image=ImageConfig())
    with pytest.raises(DataError, match=r"test: .* is packed, with splits of its own"):
        kerasapps.data.load_texts({"train": "builtin:reviews", "test": str(reviews)})
    with pytest.raises(DataError, match="is no packed folder"):
        kerasapps.verify_pack(reviews.parent)
