from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from kerasapps.config import ImageConfig
from kerasapps.data.images.columns import (
    has_texts,
    is_picture_value,
    picture_choice,
    picture_column,
)
from kerasapps.errors import DataError


def choose(
    names: str, rows: Sequence[Sequence[object]], *, found: bool = False, **config: str
) -> tuple[str, str, str | None]:
    choice = picture_choice(ImageConfig(**config), are_files=lambda values: found)
    columns = choice.choose(names.split(","), rows, "a.csv")
    split = None if columns.split is None else columns.names[columns.split]
    return columns.names[columns.places[0]], columns.names[columns.places[1]], split


ROWS = [["x/1.jpg", "cat"], ["x/2.jpg", "dog"]]


@pytest.mark.parametrize(
    "names", ["file_name,label", "filename,class", "image,label", "id,label", "filepath,target",
              "path,label", "a,b", "text,label", "column 1,column 2"]
)  # fmt: skip
def test_values_that_are_picture_files_are_pictures(names: str) -> None:
    assert choose(names, ROWS) == (*names.split(","), None)


def test_a_column_that_holds_pictures_comes_before_names_of_some() -> None:
    png = b"\x89PNG\r\n\x1a\n"
    rows = [["1.jpg", png, "cat"], ["2.jpg", png, "dog"]]
    assert choose("file,x,label", rows) == ("x", "label", None)
    named = [[name, {"bytes": held, "path": name}, label] for name, held, label in rows]
    assert choose("file,x,label", named) == ("x", "label", None)


def test_columns_in_any_order_with_others() -> None:
    rows = [[7, "cat", "train", "x/1.jpg"], [8, "dog", "test", "x/2.png"]]
    assert choose("width,class,split,name", rows) == ("name", "class", "split")
    assert choose("width,class,split,name", rows, label_column="width")[1] == "width"
    with pytest.raises(DataError, match=r"cannot tell which column of a.csv holds the labels"):
        choose("width,kind,split,name", rows)
    assert choose("width,kind,split,name", rows, label_column="kind")[:2] == ("name", "kind")


@pytest.mark.parametrize(
    ("names", "rows", "expected"),
    [
        (",file,breed", [["0", "1.jpg", "pug"], ["1", "2.jpg", "pug"]], "breed"),
        ("Unnamed: 0,file,breed", [["3", "1.jpg", "pug"], ["3", "2.jpg", "pug"]], "breed"),
        ("key,file,breed", [["x", "1.jpg", "pug"], ["y", "2.jpg", "pug"]], "breed"),
        ("file,breed", [["1.jpg", "pug"], ["2.jpg", "fox"]], "breed"),
        ("key,file,topic", [["x", "1.jpg", "pug"], ["x", "2.jpg", "pug"]], "topic"),
        ("key,file,breed", [["x", "1.jpg", "pug"], ["x", "2.jpg", "pug"]], None),
        ("key,file,breed", [["x", "1.jpg", "pug"], ["y", "2.jpg", "fox"]], None),
        ("key,file,breed", [["x", "1.jpg", "pug"]], None),
    ],
)
def test_numbering_and_identifiers_are_no_labels(
    names: str, rows: Any, expected: str | None
) -> None:
    if expected is not None:
        assert choose(names, rows)[:2] == ("file", expected)
        return
    with pytest.raises(DataError, match="holds the labels: name it with label_column, or se"):
        choose(names, rows)


def test_several_columns_of_pictures() -> None:
    rows = [["m.png", "i.png", "cat"]]
    assert choose("mask,image,label", rows)[0] == "image"
    assert choose("first,second,label", rows)[0] == "first"
    assert choose("mask,image,label", rows, image_column="mask")[0] == "mask"


def test_half_of_the_values_are_enough() -> None:
    free = [0, 1]
    rows = [["a.png", "x"], ["b", "x"]]
    assert picture_column(["n", "label"], rows, free, are_files=lambda _: False) == 0
    rows.append(["c", "x"])
    assert picture_column(["n", "label"], rows, free, are_files=lambda _: False) is None


def test_names_without_a_suffix_count_when_they_are_files() -> None:
    rows = [["0001", "cat"], ["0002", "dog"]]
    seen: list[Sequence[str]] = []

    def found(values: Sequence[str]) -> bool:
        seen.append(values)
        return True

    assert picture_column(["label", "id"], [[b, a] for a, b in rows], [0, 1], are_files=found) == 1
    assert seen == [["0001", "0002"]]
    assert picture_column(["x", "label"], rows, [0, 1], are_files=lambda _: True) is None
    assert choose("id,label", rows) == ("id", "label", None)  # missing files are told one by one
    with pytest.raises(DataError, match=r"holds the pictures: name it with image_column"):
        choose("x,label", rows)


def test_what_the_user_names_is_no_guess() -> None:
    def guessed(**config: str) -> bool:
        choice = picture_choice(ImageConfig(**config), are_files=lambda values: False)
        return choice.choose(["file", "label"], ROWS, "a.csv").guessed

    assert guessed() and guessed(image_column="file") and guessed(label_column="label")
    assert not guessed(image_column="file", label_column="label")


def test_options_that_do_not_fit() -> None:
    with pytest.raises(DataError, match=r"no column 'fil' \(image_column\); did you mean 'file'"):
        choose("file,label", ROWS, image_column="fil")
    with pytest.raises(DataError, match=r"no column 'kind' \(label_column\)"):
        choose("file,label", ROWS, label_column="kind")
    with pytest.raises(DataError, match="image_column and label_column are both 'label'"):
        choose("file,label", ROWS, image_column="label", label_column="label")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["file", "label"], ["a.png", "x"]], (("file", "label"), True)),
        ([["a.png", "x"], ["b.png", "y"]], (("column 1", "column 2"), False)),
        ([["id", "kind"], ["1", "y"]], (("id", "kind"), True)),
    ],
)
def test_a_first_row_with_a_picture_is_no_header(rows: Any, expected: Any) -> None:
    assert picture_choice(ImageConfig(), are_files=bool).names(rows) == expected
    numbered = picture_choice(ImageConfig(image_column="column 1"), are_files=bool)
    assert numbered.names(rows) == (("column 1", "column 2"), False)
    assert numbered.names([["", "label"], ["a.png", "x"]]) == (("column 1", "label"), True)


def test_values() -> None:
    for value in ("a.jpg", b"\xff\xd8\xff", {"bytes": b"GIF89a", "path": None}, {"path": "b.png"}):
        assert is_picture_value(value)
    for value in ("a", b"a.jpg", {"bytes": None}, {}, 1, None):
        assert not is_picture_value(value)
    assert has_texts(["image", "text"], [["a.png", "two words"]])
    assert not has_texts(["image", "text"], [["a.png", "word"]])
    assert not has_texts(["image", "kind"], [["a.png", "two words"]])
