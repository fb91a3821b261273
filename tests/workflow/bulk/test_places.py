"""Where inputs come from: folders, lists, tables and standard input, read as often as is needed."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from kerasapps.data.sources.places import ShardPlace, read_place
from kerasapps.errors import ConfigError, DataError
from kerasapps.recipes.audio_classification.predicting import sound_files
from kerasapps.recipes.image_classification.predicting import picture_files
from kerasapps.shards import FORMATS
from kerasapps.workflow.bulk import tables
from kerasapps.workflow.bulk import texts as texts_module
from kerasapps.workflow.bulk.feed import Digest, Feed, Item, part_of_values
from kerasapps.workflow.bulk.files import feed_of_files
from kerasapps.workflow.bulk.texts import classified_column, feed_of_texts

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def pictures(*arguments: object, column: str | None = None) -> Feed:
    return feed_of_files([*map(str, arguments)], files=picture_files(column))


def texts(*arguments: object, column: str | None = None, encoding: str | None = None) -> Feed:
    choice = classified_column(column)
    return feed_of_texts([*map(str, arguments)], encoding=encoding, choice=choice)


def values(feed: Feed) -> list[object]:
    read = [item.value for item in feed.items()]
    assert feed.once or read == [item.value for item in feed.items()]
    return read


def cells(feed: Feed) -> list[Sequence[object]]:
    return [item.cells if item.cells is not None else [item.value] for item in feed.items()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.png", "a/1.png", "a/2.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(PNG)
    return tmp_path


def test_files_folders_and_lists_of_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "list.txt").write_text(f"{folder}/a/2.png\n \nnone.png\r\n", "utf-8-sig")
    feed = pictures("x.png", folder / "b.png", folder / "a", f"@{folder}/list.txt")
    names = ["x.png", "b.png", "a/1.png", "a/2.png", "a/2.png", "none.png"]
    assert [str(each).removeprefix(f"{folder}/") for each in values(feed)] == names
    assert feed.columns == ("file",) and feed.total() == 7  # a blank line counts where it is quick
    assert feed.identity[1:] == [str(folder / "a"), str(folder / "list.txt")]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a.png\nb.png\n")))
    assert values(pictures("@-")) == ["a.png", "b.png"]
    with pytest.raises(ConfigError, match="takes picture files: @- reads their names"):
        pictures("-")
    with pytest.raises(DataError, match="@none: there is no such list"):
        pictures("@none")
    (empty,) = pictures(folder / "none.png").items()
    assert empty.problem is None  # reading it tells
    (mistyped,) = pictures(folder / "list.text").items()
    assert mistyped.problem == f"{folder}/list.text does not exist; did you mean {folder}/list.txt?"
    (folder / "nothing").mkdir()
    (empty,) = pictures(folder / "nothing").items()
    assert empty.problem is not None and empty.problem.endswith("holds no pictures")


def test_pictures_that_a_table_names_or_holds(folder: Path) -> None:
    table = folder / "t.csv"
    table.write_text("id,image,age\n7,b.png,3\n8,2,4\n9,,5\n")
    feed = pictures(table)
    assert values(feed) == [f"{folder}/b.png", f"{folder}/a/2.png", ""]
    assert [item.problem for item in feed.items()][2] == "t.csv, row 4: the path is empty"
    assert feed.columns == ("id", "image", "age") and feed.total() == 3
    assert cells(feed)[1] == ["8", "2", "4"]
    assert feed.notes[0] == "t.csv: picture in 'image'"
    assert values(pictures(table, column="id"))[0] == f"{folder}/7"
    with pytest.raises(DataError, match=r"has no column 'pic' \(image_column\)"):
        pictures(table, column="pic")
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = {"image": [{"bytes": PNG, "path": "x.png"}, {"bytes": None, "path": "b.png"}]}
    parquet.write_table(arrow.table({**rows, "n": [1, 2]}), folder / "t.parquet")
    feed = pictures(folder / "t.parquet")
    assert values(feed) == [PNG, f"{folder}/b.png"] and feed.total() == 2
    assert cells(feed) == [["x.png", 1], ["b.png", 2]]


def test_pictures_and_texts_of_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with FORMATS["tfrecord"].write(tmp_path / "train-0.tfrecord") as shard:
        shard.add({"image": PNG, "n": 7})
    with FORMATS["tfrecord"].write(tmp_path / "train-1.tfrecord") as shard:
        shard.add({"image": PNG, "n": 8})
    (tmp_path / "all.txt").write_text("# all\ntrain-0.tfrecord\ntrain-1.tfrecord\n", "utf-8-sig")
    for data in (tmp_path / "train-*", f"@{tmp_path}/all.txt"):
        feed = pictures(data)
        first, second = feed.items()
        assert isinstance(second.value, ShardPlace) and read_place(second.value) == PNG
        assert feed.columns == ("image", "n") and first.within
        assert second.cells == [f"{tmp_path}/train-1.tfrecord, row 1", 8]
    inside = tmp_path / "inside"
    inside.mkdir()
    for number in range(2):
        shutil.copy(tmp_path / f"train-{number}.tfrecord", inside)
    assert [*map(type, values(pictures(inside)))] == [ShardPlace] * 2
    cut = inside / "train-1.tfrecord"
    cut.write_bytes(cut.read_bytes()[:-1])
    with pytest.raises(DataError, match=r"train-1\.tfrecord, example 1: it is cut off"):
        list(pictures(inside).items())
    with FORMATS["tfrecord"].write(tmp_path / "texts.tfrecord") as shard:
        shard.add({"text": "nice soup", "n": 9})
    assert values(texts(tmp_path / "texts.tfrecord")) == ["nice soup"]
    monkeypatch.chdir(tmp_path)
    assert values(texts("is it texts.* or nice?", "@texts")) == ["is it texts.* or nice?", "@texts"]
    (tmp_path / "packed").mkdir()
    (tmp_path / "texts.tfrecord").rename(tmp_path / "packed" / "texts.tfrecord")
    assert values(texts("packed")) == ["nice soup"]  # though a word may be called as a folder is


def test_sounds_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_text("wav\tword\none.wav\tyes\n")
    feed = feed_of_files([str(tmp_path / "t.tsv")], files=sound_files(None))
    assert values(feed) == [f"{tmp_path}/one.wav"] and feed.columns == ("wav", "word")


def test_texts_of_tables_lines_and_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text('n,review,score\n1,"good\nsoup",5\n2,,4\n3,a,b,c\n')
    feed = texts(tmp_path / "t.csv")
    assert values(feed) == ["good\nsoup", "", ""] and feed.columns == ("n", "review", "score")
    last = [*feed.items()][-1]
    assert last.problem == "t.csv, row 5: 4 fields, but the file has 3 columns"
    assert feed.total() == 4  # a text has a line end
    assert values(texts(tmp_path / "t.csv", column="n"))[:2] == ["1", "2"]
    (tmp_path / "j.jsonl").write_text('{"review": "x", "score": null, "n": 3}\n')
    both = texts(tmp_path / "t.csv", tmp_path / "j.jsonl")
    assert cells(both)[-1] == [3, "x", ""]  # in the order of the first
    (tmp_path / "lines.txt").write_bytes("café\n\nb \xff\n".encode("latin-1"))
    feed = texts(tmp_path / "lines.txt", encoding="latin-1")
    assert values(feed) == ["café", "", "b ÿ"] and feed.columns == ("text",)
    with pytest.raises(DataError, match=r"lines\.txt has other columns \(text\) than .*t\.csv"):
        texts(tmp_path / "t.csv", tmp_path / "lines.txt")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "1.txt").write_text("one\ntext")
    feed = texts(tmp_path / "d")
    assert values(feed) == ["one\ntext"] and feed.columns == ("file",)
    with pytest.raises(ConfigError, match=r"'nice' is no file, and .* is one: give texts, or"):
        texts("nice", tmp_path / "lines.txt")
    assert values(texts("nice", "bad")) == ["nice", "bad"]
    monkeypatch.chdir(tmp_path)
    feed = texts("d")
    assert values(feed) == ["d"] and "a folder of that name: d/ means the folder" in feed.notes[0]


def test_lines_of_standard_input_are_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"".join(b"line %d\n" % number for number in range(700))
    monkeypatch.setattr(texts_module, "_HEAD", 1000)

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    pipe = Pipe(content)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(pipe))
    feed = texts("-")
    assert feed.once and feed.total() is None and pipe.tell() < len(content)
    items = feed.items()
    assert next(items) == Item("line 1", "line 0") and pipe.tell() < len(content)
    assert sum(1 for _ in items) == 699
    with pytest.raises(ConfigError, match="stands alone"):
        texts("-", "more")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("naïve\n".encode("utf-16"))))
    feed = texts("-")
    assert values(feed) == ["naïve"] and feed.notes == ["standard input is UTF-16-LE by its mark"]


def test_a_character_at_the_end_of_what_is_looked_at_is_not_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(texts_module, "_HEAD", 1000)  # within one of two bytes
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("é\n".encode() * 500)))
    feed = texts("-")
    assert feed.notes == [] and set(values(feed)) == {"é"}


def test_texts_are_the_longest_values_and_a_word_is_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.csv").write_text("x,a long text\ny,another one\n")
    (tmp_path / "nice").mkdir()
    monkeypatch.chdir(tmp_path)
    assert values(texts("t.csv")) == ["a long text", "another one"]
    assert values(texts("nice")) == ["nice"]


def test_a_few_things_of_all_parts() -> None:
    known = part_of_values(["a"], kind="text", noun="text")
    once = part_of_values(iter(["b"]), kind="text", noun="text")
    assert Feed([known, once]).once and not Feed([known]).once
    assert Feed([known, known]).total() == 2 and Feed([known, once]).total() is None
    texts_of = {("ab", "c"): "", ("a", "bc"): "", ("abc",): ""}
    for each in texts_of:
        digest = Digest()
        for value in each:
            digest.add(Item("", value))
        texts_of[each] = digest.text
    assert len({*texts_of.values()}) == 3


def test_inputs_of_a_program() -> None:
    rows = [{"a": 1, "b": None}, {"a": 2, "b": "x"}, {"a": 3}]
    feed = Feed([part_of_values(rows, kind="row", noun="row")])
    assert feed.columns == ("a", "b") and cells(feed)[:2] == [[1, ""], [2, "x"]]
    assert [*feed.items()][2].problem == "row 3 lacks 'b', which the first has"
    once = Feed([part_of_values(iter(["a", b"x"]), kind="file", noun="picture")])
    first, second = once.items()
    assert once.once and (first.value, first.cells) == ("a", None)
    assert (second.value, second.cells) == (b"x", ("picture 2",))
    with pytest.raises(ConfigError, match="nothing to answer"):
        Feed([])


def test_how_many_lines_a_file_has(tmp_path: Path) -> None:
    for content, count in ((b"", 0), (b"a", 1), (b"a\n", 1), (b"a\nb", 2)):
        (tmp_path / "a").write_bytes(content)
        assert tables.lines_in(tmp_path / "a") == count
    assert tables.lines_in(tmp_path / "none") is None
    assert tables.lines_in(tmp_path / "a.gz") is None
