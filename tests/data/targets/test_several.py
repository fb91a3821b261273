"""Several answers of one network: columns of mixed kinds, from whatever holds them to splits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.config import ImageConfig, LoadConfig, TextConfig
from kerasapps.data.audit import Audit
from kerasapps.data.audit_text import audit_text
from kerasapps.data.images.labelled import load_labelled
from kerasapps.data.splits import Part, Splits, Target
from kerasapps.data.targets.kinds import parts_of_key
from kerasapps.data.targets.several import part_splits
from kerasapps.errors import ConfigError, DataError
from tests.data.loading import audit_images, audit_texts, load_images, load_texts
from tests.data.pictures import pixels, write_picture

COUNT = 30
NAMES = ("breed", "age", "tags")
TAGS = ("kind", "loud", "young")
ROWS: list[dict[str, Any]] = [
    {
        "breed": ["pug", "husky", "collie"][number % 3],
        "age": number / 2,
        "tags": [tag for bit, tag in enumerate(TAGS) if (number % 7 + 1) >> bit & 1],
    }
    for number in range(COUNT)
]
TARGET = Target(
    "several",
    NAMES,
    (
        Part("breed", "class", ("collie", "husky", "pug")),
        Part("age", "number"),
        Part("tags", "labels", TAGS),
    ),
)
FILES = [f"{number}.png" for number in range(COUNT)]
ASKED: dict[str, Any] = {"target_columns": NAMES}
WAY: dict[str, Any] = {"config": LoadConfig(), "seed": 0}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for number, file in enumerate(FILES):
        write_picture(tmp_path / file, number)
    return tmp_path


def write(root: Path, name: str, lines: list[str]) -> Path:
    (root / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root / name


def table(root: Path) -> Path:
    cells = [f"{row['breed']},{row['age']},{'|'.join(row['tags'])}" for row in ROWS]
    lines = [f"{file},x,{each}" for file, each in zip(FILES, cells, strict=True)]
    return write(root, "a.csv", ["file,label,breed,age,tags", *lines])


def objects(root: Path) -> Path:
    rows = [{"file_name": file, **row} for file, row in zip(FILES, ROWS, strict=True)]
    return write(root, "a.jsonl", [*map(json.dumps, rows)])


def mappings(root: Path) -> Any:
    return [{"image": root / file, **row} for file, row in zip(FILES, ROWS, strict=True)]


def columns(root: Path) -> Any:
    return [root / file for file in FILES], {name: [row[name] for row in ROWS] for name in NAMES}


def pairs(root: Path) -> Any:
    return [(pixels(number), row) for number, row in enumerate(ROWS)]


@pytest.mark.parametrize("form", [table, objects, mappings, columns, pairs])
def test_columns_of_mixed_kinds_are_read_from_every_form(
    root: Path, tmp_path: Path, form: Callable[[Path], Any]
) -> None:
    way = {"work_dir": tmp_path / "work", **WAY}
    splits = load_images(form(root), image=ImageConfig(**ASKED), **way)
    assert (splits.target, splits.labels) == (TARGET, ())
    together = np.concatenate([each.labels for each in (splits.train, splits.validation)])
    every = np.concatenate([together, splits.test.labels])
    assert every.dtype == np.float64
    assert {tuple(row) for row in every} == {
        (
            [*TARGET.parts[0].labels].index(row["breed"]),
            row["age"],
            *(float(name in row["tags"]) for name in TARGET.parts[2].labels),
        )
        for row in ROWS
    }


def test_each_guess_is_told_with_the_way_to_say_otherwise(root: Path, tmp_path: Path) -> None:
    way: dict[str, Any] = {"work_dir": tmp_path / "work", **WAY}
    audit = audit_images(table(root), image=ImageConfig(**ASKED), **way)
    assert [*audit.guesses[-4:]] == [
        "target: several answers each, by one network: breed, age, tags",
        "breed: one class each",
        "age: numbers (0 to 14.5); --target-columns age:class takes it for one class each",
        "tags: any number of labels each (parted by '|', 3 labels in 7 different cells); "
        "--target-columns tags:class takes it for one class each",
    ]
    asked = ImageConfig(target_columns=("tags:class", "breed", "age:number"))
    target = load_images(table(root), image=asked, **way).target
    assert target.names == ("tags", "breed", "age")
    assert (target.parts[0].kind, target.parts[0].width) == ("class", 7)


def test_ones_and_zeros_are_labels_unless_it_is_said_that_they_are_answers(
    root: Path, tmp_path: Path
) -> None:
    lines = [f"{file},{n % 2},{int(n % 3 == 0)}" for n, file in enumerate(FILES)]
    file = write(root, "a.csv", ["file,rude,loud", *lines])
    named: dict[str, Any] = {"target_columns": ("rude", "loud")}

    def target(**options: Any) -> Target:
        image = ImageConfig(**named, **options)
        return load_images(file, image=image, work_dir=tmp_path / "work", **WAY).target

    assert target() == Target("labels", ("loud", "rude"))
    several = (Part("rude", "class", ("0", "1")), Part("loud", "class", ("0", "1")))
    assert target(target_kind="several").parts == several
    named = {"target_columns": ("rude:number", "loud")}
    assert [part.kind for part in target().parts] == ["number", "class"]


def texts_of(rows: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    return [(f"word{number} of a text", row) for number, row in enumerate(rows)]


def test_one_part_is_as_if_it_were_the_only_answer(tmp_path: Path) -> None:
    splits = load_texts(texts_of(ROWS), text=TextConfig(), work_dir=tmp_path, **WAY)
    breed, age, tags = (part_splits(splits, part) for part in splits.target.parts)
    assert (breed.labels, breed.target) == (
        ("collie", "husky", "pug"),
        Target("class", breed.labels),
    )
    assert (age.labels, age.target) == ((), Target("number", ("age",)))
    assert (tags.labels, tags.target.kind) == (TAGS, "labels")
    kinds = [each.test.labels.dtype for each in (breed, age, tags)]
    assert kinds == [np.int64, np.float64, np.uint8]
    assert breed.test.texts is splits.test.texts and breed.judged_on == "test"
    numbers = [int(text[4:].split()[0]) for text in splits.test.texts]
    assert [breed.labels[place] for place in breed.test.labels] == [
        ROWS[number]["breed"] for number in numbers
    ]
    assert age.test.labels.tolist() == [ROWS[number]["age"] for number in numbers]
    widths = [(part.width, part.columns) for part in splits.target.parts]
    assert widths == [(3, 1), (1, 1), (3, 3)]
    alone = Splits((), splits.train, splits.test, splits.test, splits.audit, "", splits.target)
    assert part_splits(alone, TARGET.parts[1]).judged_on == "validation"


def test_classes_and_labels_have_their_share_of_every_split(tmp_path: Path) -> None:
    rows = [{"a": "xyz"[n % 3], "b": "uvw"[n // 3 % 3], "c": n} for n in range(90)]
    splits = load_texts(texts_of(rows), text=TextConfig(), work_dir=tmp_path, **WAY)
    for place in (0, 1):
        counts = np.bincount(splits.test.labels[:, place].astype(int))
        assert counts.tolist() == [6, 6, 6]
    assert splits.audit.counts == {"train": 63, "validation": 9, "test": 18}
    assert splits.audit["counts of a"]["test"] == {"x": 6, "y": 6, "z": 6}


def test_further_data_are_read_as_that_of_training_is(root: Path, tmp_path: Path) -> None:
    """A few ages alone would be classes."""
    few = [{**row, "age": 3} for row in ROWS[:3]]
    parts = {
        "test": ([pixels(100 + n) for n in range(3)], {k: [r[k] for r in few] for k in NAMES}),
        "train": pairs(root),
    }
    splits = load_images(parts, work_dir=tmp_path / "work", **WAY)
    assert splits.target == TARGET and splits.test.labels[:, 1].tolist() == [3.0] * 3
    pictures = load_labelled(
        parts["test"],
        max_broken=0.0,
        work_dir=tmp_path / "judged",
        image=ImageConfig(target_kind="several", target_columns=("age:number", "breed:class")),
        tell=lambda line: None,
    )
    assert parts_of_key(pictures.entries[0].label) == ["3.0", "pug"]


def test_numbers_of_an_array_are_answers(root: Path, tmp_path: Path) -> None:
    numbers = np.array([[number / 7, -number] for number in range(COUNT)])
    data = [root / file for file in FILES], numbers
    way: dict[str, Any] = {"work_dir": tmp_path / "work", **WAY}
    parts = load_images(data, **way).target.parts
    assert parts == (Part("answer 1", "number"), Part("answer 2", "number"))
    named = ImageConfig(target_kind="number", target_columns=("width", "height"))
    assert load_images(data, image=named, **way).target.names == ("width", "height")


def look_at(rows: list[Any], work: Path, **options: Any) -> Audit:
    return audit_texts(texts_of(rows), text=TextConfig(**options), work_dir=work, **WAY)


def test_planted_faults_are_named(root: Path, tmp_path: Path) -> None:
    cells = [f"{file},{row['breed']},{row['age']}" for file, row in zip(FILES, ROWS, strict=True)]
    write_picture(root / "same.png", 0)
    cells += [
        *("1.png,,3", "2.png,pug,", "3.png,pug,two", "4.png,pug,inf", "5.png", "same.png,pug,9.5"),
        *("same.png,husky,9.5", "6.png,cat,9000"),
    ]
    config = LoadConfig(max_broken=0.2)
    image = ImageConfig(target_columns=("breed", "age"))
    audit = audit_images(
        write(root, "a.csv", ["file,breed,age", *cells]),
        image=image, work_dir=tmp_path / "work", config=config, seed=0,
    )  # fmt: skip
    assert audit.errors == (
        "breed: class 'cat' has 1 different picture, too few to be in every split (train, "
        "validation, test): add pictures (at least 3) or remove the class",
    )
    told = audit_text(audit)
    for fault in (
        "row 32: breed: the label is missing",
        "row 33: age: the number is missing",
        "row 34: age: 'two' is no number",
        "row 35: age: inf is no finite number",
        "row 36: 1 field, but the file has 3 columns",
        "breed husky · age 9.5, breed pug · age 0.0",
        "age: Numbers far from all others (used as they are): 1",
    ):
        assert fault in told, told
    json.dumps(audit.to_dict())


def test_what_cannot_be_learnt_is_named(tmp_path: Path) -> None:
    still = [{**row, "age": 4.5} for row in ROWS]
    columns = ("breed", "age:number")
    assert look_at(still, tmp_path, target_columns=columns).errors == (
        "the target 'age' is 4.5 in every text of training",
    )
    same = [{**row, "breed": "pug"} for row in ROWS]
    assert look_at(same, tmp_path, target_columns=columns).errors == (
        "breed: a classifier needs at least two classes, found 1: 'pug'",
    )
    parts = {"train": texts_of(ROWS), "test": [("new text", {**ROWS[0], "breed": "cat"})]}
    audit = audit_texts(parts, text=TextConfig(), work_dir=tmp_path, **WAY)
    assert audit.errors[0].startswith("breed: class 'cat' is in test (1 texts) but not in train")
    nested = [{"box": [1.5, 2.5 + n], "breed": "pug"} for n in range(20)]
    (error,) = look_at(nested, tmp_path).errors
    assert error.startswith("'box' holds several values each, and is one of several answers")


def test_columns_that_cannot_be_targets(root: Path, tmp_path: Path) -> None:
    lines = [f"{file},pug,{n},test" for n, file in enumerate(FILES)]
    file = write(root, "a.csv", ["file,breed,age,split", *lines])

    def refused(*names: str, data: Any = file, **options: Any) -> str:
        image = ImageConfig(target_columns=names, **options)
        return audit_images(data, image=image, work_dir=tmp_path / "work", **WAY).errors[0]

    assert "names 'split', the column with the splits of rows in a.csv" in refused("age", "split")
    for asked in ({"image_column": "file"}, {}):
        assert "'file', the column with what is read" in refused("age", "file", **asked)
    lines = [f"word{n} of a text,pug,{n}" for n in range(40)]
    guesses = audit_texts(
        write(root, "d.csv", ["text,breed,age", *lines]),
        text=TextConfig(target_columns=("age", "breed")), work_dir=tmp_path / "work", **WAY,
    ).guesses  # fmt: skip
    assert guesses[0] == "d.csv: text in 'text', label in 'columns age, breed'"
    comments = write(
        root, "c.csv", ["comment,breed,age", *(f"a word{n},pug,{n}" for n in range(9))]
    )
    columns = TextConfig(target_columns=("age", "comment"))
    (error,) = audit_texts(comments, text=columns, work_dir=tmp_path / "work", **WAY).errors
    assert "'comment', the column with what is read in c.csv" in error
    assert "no column 'agee' (target_columns); did you mean 'age'" in refused(
        "breed", "agee:number"
    )
    twice = write(root, "b.csv", ["file,breed,age,age", "1.png,pug,1,2"])
    assert "2 columns 'age'" in refused("breed", "age", data=twice)
    with pytest.raises(ConfigError, match="target_columns names 'age' twice"):
        ImageConfig(target_columns=("age", "breed", "age:number"))
    with pytest.raises(ConfigError, match=r"'age' alone.*label_column"):
        ImageConfig(target_columns=("age",))
    with pytest.raises(DataError, match=r"one value an example.*target_columns"):
        load_images(file, image=ImageConfig(target_kind="several"), work_dir=tmp_path, **WAY)
