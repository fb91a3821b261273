from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pyarrow
import pytest
from PIL import Image
from pyarrow import parquet

from kerasapps.config import ImageConfig, LoadConfig, TextConfig
from kerasapps.data.audit import Audit
from kerasapps.data.images.decode import decode_image
from kerasapps.data.images.tables import holds_pictures
from kerasapps.data.splits import Splits
from kerasapps.data.texts.sources import is_text_data
from kerasapps.errors import DataError
from tests.data.loading import audit_images, audit_texts, load_images
from tests.data.pictures import pixels, write_picture

LABELS = [("cat", "dog")[number % 2] for number in range(12)]
FILES = [f"pictures/{number}.png" for number in range(12)]
EXPECTED = {pixels(number).tobytes(): label for number, label in enumerate(LABELS)}


def load(data: Any, work: Path, **columns: str) -> Splits:
    return load_images(
        data, config=LoadConfig(), image=ImageConfig(**columns), seed=0, work_dir=work
    )


def audit(data: Any, work: Path, **columns: str) -> Audit:
    return audit_images(
        data, config=LoadConfig(), image=ImageConfig(**columns), seed=0, work_dir=work
    )


def content(splits: Splits) -> dict[bytes, str]:
    return {
        decode_image(path, 3).tobytes(): splits.labels[label]
        for split in (splits.train, splits.validation, splits.test)
        for path, label in zip(split.paths, split.labels, strict=True)
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for number, file in enumerate(FILES):
        write_picture(tmp_path / file, number)
    return tmp_path


def write(root: Path, rows: list[str], *, name: str = "data.csv", encoding: str = "utf-8") -> Path:
    (root / name).write_text("\n".join(rows) + "\n", encoding=encoding)
    return root / name


@pytest.mark.parametrize(
    "header",
    ["path,label", "file_name,label", "filename,class", "image,label", "id,label",
     "filepath,target", "Text,Label", "img,breed", ""],
)  # fmt: skip
def test_every_table_of_pictures_is_one(root: Path, work: Path, header: str) -> None:
    rows = [f"{file},{label}" for file, label in zip(FILES, LABELS, strict=True)]
    file = write(root, [header, *rows] if header else rows)
    assert not is_text_data(file) and holds_pictures(file)
    assert content(load(file, work)) == EXPECTED
    names = header.split(",") if header else ["column 1", "column 2"]
    expected = f"picture in {names[0]!r}, label in {names[1]!r}"
    (guess,) = audit(file, work).guesses
    assert guess == f"data.csv: {'' if header else 'no header; '}{expected}"


@pytest.mark.parametrize(
    ("name", "delimiter", "encoding"),
    [("a.csv", ",", "utf-8"), ("a.csv", ";", "utf-8-sig"), ("a.csv", "\t", "utf-8"),
     ("a.tsv", "\t", "utf-8")],
)  # fmt: skip
def test_delimiters_windows_paths_and_other_columns(
    root: Path, work: Path, name: str, delimiter: str, encoding: str
) -> None:
    rows = [["extra", "File", "class"]]
    rows += [["x", file.replace("/", "\\"), each] for file, each in zip(FILES, LABELS, strict=True)]
    file = write(root, [delimiter.join(row) for row in rows], name=name, encoding=encoding)
    assert not is_text_data(file)
    assert content(load(file, work)) == EXPECTED


def test_json_lines_parquet_and_frames(
    root: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mappings = [{"file_name": f, "label": each} for f, each in zip(FILES, LABELS, strict=True)]
    lines = write(root, [json.dumps(each) for each in mappings], name="metadata.jsonl")
    frame = pandas.DataFrame(mappings)
    frame.to_parquet(root / "data.parquet")
    for file in (lines, root / "data.parquet"):
        assert not is_text_data(file)
        assert content(load(file, work)) == EXPECTED
    monkeypatch.chdir(root)
    paths = frame.assign(file_name=[Path(file) for file in FILES])
    for data in (mappings, frame, paths, pyarrow.Table.from_pandas(frame)):
        assert not is_text_data(data)
        assert content(load(data, work)) == EXPECTED


def test_parquet_that_holds_the_pictures(root: Path, work: Path) -> None:
    encoded = [(root / file).read_bytes() for file in FILES]
    for name, images in (
        ("plain", encoded),
        ("nested", [{"bytes": each, "path": "x.png"} for each in encoded]),
        ("named", [{"bytes": None, "path": file} for file in FILES]),
    ):
        table = pyarrow.table({"image": images, "label": [int(each == "dog") for each in LABELS]})
        parquet.write_table(table, root / f"{name}.parquet")
        file = root / f"{name}.parquet"
        assert not is_text_data(file)
        splits = load(file, work)
        assert splits.labels == ("0", "1")
        assert content(splits) == {key: str(int(each == "dog")) for key, each in EXPECTED.items()}


def test_rows_of_pillow_images(work: Path) -> None:
    rows = [
        {"image": Image.fromarray(pixels(number)), "label": label}
        for number, label in enumerate(LABELS)
    ]
    assert not is_text_data(rows)
    assert content(load(rows, work)) == EXPECTED


@pytest.mark.parametrize("scale", [1, 255])
def test_rows_of_pictures_in_any_form(root: Path, work: Path, scale: int) -> None:
    forms: list[Callable[[np.ndarray], Any]] = [
        lambda picture: picture,
        lambda picture: picture.astype(np.float32) / scale,
        lambda picture: bytearray(_png(picture)),
        lambda picture: memoryview(_png(picture)),
        lambda picture: io.BytesIO(_png(picture)),
        Image.fromarray,
    ]
    rows = [
        {"image": forms[number % len(forms)](pixels(number)), "label": label}
        for number, label in enumerate(LABELS)
    ]
    assert content(load(rows, work)) == EXPECTED
    frame = pandas.DataFrame({"image": [row["image"] for row in rows], "label": LABELS})
    assert content(load(frame, work)) == EXPECTED


def test_pixels_in_rows_have_one_scale_and_a_shape(work: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"image": pixels(number) // 200, "label": label} for number, label in enumerate(LABELS)
    ]
    with pytest.raises(DataError, match=r"the pictures have values from 0 to 1 only"):
        load(rows, work)
    rows = [{"image": pixels(number), "label": label} for number, label in enumerate(LABELS)]
    rows[3]["image"] = np.zeros((3, 8, 9), np.uint8)
    (error,) = audit(rows, work).errors
    assert "example 3: the picture has shape (3, 8, 9): expected (height, width)" in error


def _png(picture: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()


def test_broken_rows_of_a_table_in_memory_are_numbered(root: Path, work: Path) -> None:
    rows = [{"file": str(root / file), "label": "a"} for file in FILES] + [{"label": "b"}]
    (broken,) = audit(rows, work)["broken"]
    assert (str(broken.path), broken.reason) == ("the table", "example 12: the picture is missing")


@pytest.mark.parametrize("encoded", ["iVBORw0KGgo=", 5, [137, 999]])
def test_bytes_that_are_none_are_no_picture(root: Path, work: Path, encoded: Any) -> None:
    rows = [
        {"image": {"path": str(root / file)}, "label": label}
        for file, label in zip(FILES, LABELS, strict=True)
    ]
    rows.append({"image": {"bytes": encoded, "path": FILES[0]}, "label": "cat"})
    (broken,) = audit(rows, work)["broken"]
    assert "example 12: the picture's bytes are a " in broken.reason
    rows[-1]["image"] = {"bytes": bytearray((root / FILES[0]).read_bytes())}
    assert audit(rows, work)["broken"] == ()


def test_a_name_of_any_length_is_a_broken_row(root: Path, work: Path) -> None:
    rows = [f"{file},{label}" for file, label in zip(FILES, LABELS, strict=True)]
    (broken,) = audit(write(root, ["path,label", *rows, f"{'a' * 300}.png,cat"]), work)["broken"]
    assert broken.reason == "File name too long (row 14 of data.csv)"


def test_one_hot_columns(root: Path, work: Path) -> None:
    rows = [f"{f},{int(e == 'cat')},{int(e == 'dog')}" for f, e in zip(FILES, LABELS, strict=True)]
    file = write(root, ["filename,cat,dog", *rows])
    assert not is_text_data(file)
    assert content(load(file, work)) == EXPECTED
    assert audit(file, work).guesses == (
        "data.csv: picture in 'filename', label in 'one-hot cat, dog'",
    )
    write(root, ["filename,cat,dog", *rows, "pictures/0.png,1,1"])
    assert not is_text_data(file)
    (error,) = audit(file, work, target_kind="class").errors
    assert "several labels: cat, dog in one row" in error


def test_names_without_folder_and_suffix(root: Path, work: Path) -> None:
    file = write(root, ["id,label", *(f"{n},{label}" for n, label in enumerate(LABELS))])
    assert not is_text_data(file)
    assert content(load(file, work)) == EXPECTED
    assert audit(file, work).guesses[1] == (
        "12 pictures are not where they are named, and taken from pictures/"
    )


def test_a_file_under_two_labels_speaks_of_several_labels(root: Path, work: Path) -> None:
    rows = [f"{file},{label}" for file, label in zip(FILES, LABELS, strict=True)]
    file = write(root, ["file,label", *rows, "pictures/0.png,dog", "pictures/1.png,dog"])
    found = audit(file, work)
    assert found.errors == (
        "1 of 12 pictures have several labels, and here a picture has one: keep one row of each, "
        "or set target_kind to labels (--target-kind labels) if it may have several. "
        "0.png: 'cat' (row 2 of data.csv), 'dog' (row 14 of data.csv)",
    )
    assert found.warnings == ("1 rows name a picture again, and count once",)
    assert sum(sum(split.values()) for split in found.counts.values()) == 13


def test_one_file_in_two_spellings_under_two_labels(root: Path, work: Path) -> None:
    rows = [f"{file},{label}" for file, label in zip(FILES, LABELS, strict=True)]
    (root / "link.png").symlink_to(root / FILES[2])
    (root / "loop.png").symlink_to("loop.png")
    more = ["pictures/../pictures/0.png,dog", "link.png,dog", "loop.png,dog"]
    error, *_ = audit(write(root, ["file,label", *rows, *more]), work).errors
    assert error.startswith("2 of 13 pictures have several labels")


def test_three_files_of_several_labels_are_shown(root: Path, work: Path) -> None:
    rows = [f"{file},{label}" for file in FILES[:5] for label in ("cat", "dog")]
    (error, *_) = audit(write(root, ["file,label", *rows]), work, target_kind="class").errors
    assert error.startswith("5 of 5 pictures have several labels")
    assert "2.png: " in error and "3.png" not in error
    rows = [f"{FILES[0]},kind {number}" for number in range(40)]
    (error, *_) = audit(write(root, ["file,label", *rows]), work, target_kind="class").errors
    assert "'kind 29' (row 31 of data.csv) and 10 more" in error and "'kind 30'" not in error


@pytest.mark.parametrize(
    ("name", "values", "taken"),
    [
        ("Usage", "Training PublicTest PrivateTest", {"train": 4, "test": 8}),
        ("part", "Train Val Test", {"train": 4, "validation": 4, "test": 4}),
        ("whatever", "train dev test", {"train": 4, "validation": 4, "test": 4}),
        ("whatever", "train a test", {}),
        ("is_test", "0 1 1", {}),
    ],
)
def test_a_column_of_splits_by_what_is_in_it(
    root: Path, work: Path, name: str, values: str, taken: dict[str, int]
) -> None:
    rows = [
        f"{file},{label},{values.split()[number // 2 % 3]}"
        for number, (file, label) in enumerate(zip(FILES, LABELS, strict=True))
    ]
    found = audit(write(root, [f"file,label,{name}", *rows]), work)
    assert any(f"split in {name!r}" in line for line in found.guesses) == bool(taken)
    assert any("'is_test' is not read" in line for line in found.warnings) == (name == "is_test")
    if "validation" in taken:
        counts = {split: sum(count.values()) for split, count in found.counts.items()}
        assert counts == taken
    elif taken:
        assert sum(found.counts["test"].values()) == taken["test"]


def test_splits_by_column_and_by_file(root: Path, work: Path) -> None:
    splits = ["Training"] * 6 + ["val"] * 2 + ["validation"] * 2 + ["Test"] * 2
    rows = [f"{f},{e},{s}" for f, e, s in zip(FILES, LABELS, splits, strict=True)]
    loaded = load(write(root, ["path,label,Split", *rows]), work)
    assert [len(loaded.train), len(loaded.validation), len(loaded.test)] == [6, 4, 2]
    write(root, ["path,label,split", *rows[:-1], f"{FILES[11]},dog,"])
    assert "1 rows have no split (first: row 13 of data.csv)" in audit(root, work).errors[0]
    write(root, ["path,label,split", f"{FILES[0]},cat,test"])
    assert audit(root, work).errors[0].startswith("the data has pictures for test but no split for")


def test_a_column_of_splits_by_another_name(root: Path, work: Path) -> None:
    splits = ["train"] * 8 + ["valid"] * 2 + ["test"] * 2
    rows = [",".join(row) for row in zip(FILES, LABELS, splits, strict=True)]
    found = audit(write(root, ["filepaths,labels,data set", *rows]), work)
    assert {name: sum(found.counts[name].values()) for name in found.counts} == {
        "train": 8,
        "validation": 2,
        "test": 2,
    }
    assert "split in 'data set'" in found.guesses[0]


def test_a_folder_with_tables(root: Path, work: Path) -> None:
    rows = [f"{n}.png,{label}" for n, label in enumerate(LABELS)]
    (root / "pictures").rename(root / "images")
    write(root, ["file_name,label", *rows], name="labels.csv")
    assert not is_text_data(root)
    assert content(load(root, work)) == EXPECTED
    (root / "labels.csv").unlink()
    write(root, ["file_name,label", *rows[:8]], name="train.csv")
    write(root, ["file_name,label", *rows[8:]], name="test.csv")
    splits = load(root, work)
    assert content(splits) == EXPECTED and len(splits.test) == 4
    write(root, ["file_name,label", *rows[8:]], name="more.csv")
    assert audit(root, work).warnings[0] == "tables beside the splits are ignored: more.csv"


def test_tables_in_the_folders_of_splits(tmp_path: Path, work: Path) -> None:
    for number in range(12):
        write_picture(tmp_path / ("train", "test")[number > 7] / f"{number % 8}.png", number)
    for split, numbers in (("train", range(8)), ("test", range(8, 12))):
        rows = [f'{{"file_name": "{n % 8}.png", "label": "{LABELS[n]}"}}' for n in numbers]
        write(tmp_path / split, rows, name="metadata.jsonl")
    splits = load(tmp_path, work)
    assert content(splits) == EXPECTED and len(splits.test) == 4
    assert any("train/" in guess for guess in splits.audit.guesses)


def test_class_folders_win_over_a_table_beside_them(tmp_path: Path, work: Path) -> None:
    for number in range(12):
        write_picture(tmp_path / "ab"[number % 2] / f"{number}.png", number)
    write(tmp_path, ["file,label", *(f"{'ab'[n % 2]}/{n}.png,x" for n in range(12))])
    found = audit(tmp_path, work)
    assert set(found.counts["train"]) == {"a", "b"}
    assert found.warnings[-1].startswith("data.csv beside the class folders is not read")


def test_class_folders_give_way_to_a_table_whose_columns_are_named(
    tmp_path: Path, work: Path
) -> None:
    for number in range(12):
        write_picture(tmp_path / f"{'xy'[number % 2]}/{number}.png", number)
    rows = [f"{'xy'[n % 2]}/{n}.png,{LABELS[n]}" for n in range(12)]
    write(tmp_path, ["file,label", *rows])
    assert content(load(tmp_path, work, label_column="label")) == EXPECTED
    assert load(tmp_path, work).labels == ("x", "y")


@pytest.mark.parametrize("option", ["image_column", "label_column"])
def test_columns_of_what_has_none_are_refused(tmp_path: Path, work: Path, option: str) -> None:
    for number in range(12):
        write_picture(tmp_path / f"{'xy'[number % 2]}/{number}.png", number)
    arrays = ([pixels(0), pixels(1)], ["a", "b"])
    for data in (tmp_path, "builtin:digits", arrays, {"train": tmp_path, "test": arrays}):
        (error,) = audit(data, work, **{option: "kind"}).errors
        assert "image_column and label_column are for tables" in error
    write(tmp_path, ["what,which", "1,2"])
    (error,) = audit(tmp_path, work, **{option: "kind"}).errors
    assert "has no table of pictures, which image_column and label_column are for" in error


def test_of_splits_given_one_by_one_tables_have_columns(root: Path, work: Path) -> None:
    rows = [f"{file},{label},0" for file, label in zip(FILES, LABELS, strict=True)]
    table = write(root, ["file,mood,size", *rows])
    data = {"train": table, "test": ([pixels(20), pixels(21)], ["cat", "dog"])}
    assert len(load(data, work, label_column="mood").test) == 2


def test_broken_rows_are_named_and_left_out(root: Path, work: Path) -> None:
    rows = [f"{file},{label}" for file, label in zip(FILES, LABELS, strict=True)]
    bad = ["pictures/2.png,", ",cat", "gone.png,cat", "https://a.org/b.png,cat", "1.png,a,b"]
    found = audit(write(root, ["path,label", *rows, *bad]), work)
    reasons = [(each.path.name, each.reason) for each in found["broken"]]
    assert reasons == [
        ("data.csv", "row 14: the label is missing"),
        ("data.csv", "row 15: the picture is empty"),
        ("data.csv", "row 17: https://a.org/b.png is a URL: download the pictures and name their "
         "files"),
        ("data.csv", "row 18: 3 fields, but the file has 2 columns"),
        ("gone.png", "no such file (or a symbolic link to nothing) (row 16 of data.csv)"),
    ]  # fmt: skip
    assert "5 of 17 files (29.4%) are broken" in found.errors[0]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "data.csv is empty"),
        ("what,kind\na,b", "cannot tell which column of data.csv holds the pictures"),
        ("path,label", "data.csv has no rows"),
        ("path,label,label\npictures/1.png,a,b", "2 columns 'label', and which of them is meant"),
        ("path,label\npictures/1.png,a\npictures/2.png,trian", "too few"),
        ("path,label,split\npictures/1.png,a,trian", "split 'trian' is not known"),
        ("path,kind,size\npictures/1.png,a,3", "cannot tell which column of data.csv holds the la"),
    ],
)
def test_unusable(root: Path, work: Path, text: str, part: str) -> None:
    errors = audit(write(root, [text] if text else []), work).errors
    assert any(part in error for error in errors), errors
    with pytest.raises(DataError):
        load(root / "data.csv", work)


def test_texts_that_go_with_pictures_are_texts(root: Path, work: Path) -> None:
    rows = [f"{file},two words {n},{n % 2}" for n, file in enumerate(FILES)]
    file = write(root, ["image,text,label", *rows])
    assert is_text_data(file) and not holds_pictures(file)


def test_texts_are_never_the_names_of_pictures(root: Path, work: Path) -> None:
    rows = [f"{file},{label}" for file, label in zip(FILES, LABELS, strict=True)]
    for header in ("file_name,label", "text,label"):
        file = write(root, [header, *rows])
        found = audit_texts(file, config=LoadConfig(), text=TextConfig(), seed=0, work_dir=work)
        assert "holds names of picture files, not texts" in found.errors[0]
    asked = TextConfig(text_column="text")
    assert not audit_texts(file, config=LoadConfig(), text=asked, seed=0, work_dir=work).errors


def test_what_cannot_be_read_holds_no_pictures(root: Path) -> None:
    assert not holds_pictures(root / "absent.csv")
    assert not holds_pictures(write(root, ["just one column"]))
    assert not holds_pictures([{"text": "a", "label": "b"}])
