"""Options of columns reach the tables, and are refused where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.config import ImageConfig, TextConfig, TranslationConfig
from kerasapps.data.sources.unheard import hearing
from kerasapps.errors import DataError
from tests.data import pair_samples as pairs
from tests.data import text_samples as texts

PAIRS = pairs.pairs(40)
ROWS = texts.rows(40)
MEMORY = ([text for text, _ in ROWS], [label for _, label in ROWS])


def classes(root: Path) -> Path:
    for number, (text, label) in enumerate(ROWS):
        (root / label).mkdir(parents=True, exist_ok=True)
        (root / label / f"{number}.txt").write_text(text)
    return root


@pytest.mark.parametrize("option", ["text_column", "label_column"])
def test_texts_that_lie_in_no_table(tmp_path: Path, work: Path, option: str) -> None:
    folder = classes(tmp_path)
    for data in (folder, MEMORY, iter([("a", "b")]), {"train": folder, "test": MEMORY}):
        error = texts.reason(data, work, **{option: "kind"})
        assert error.startswith("text_column and label_column are for tables, and ")
        assert error.endswith(" is none: leave them out")
    error = texts.reason("builtin:reviews", work, **{option: "kind"})
    assert error == f"reviews.csv has no column 'kind' ({option}); its columns: text, label, topic"


@pytest.mark.parametrize("option", ["source_column", "target_column"])
def test_pairs_that_lie_in_no_table(tmp_path: Path, work: Path, option: str) -> None:
    files = pairs.write_aligned(tmp_path, "train", PAIRS)
    memory = tmp_path / "memory.tmx"
    units = "".join(
        f'<tu><tuv xml:lang="en"><seg>{a}</seg></tuv><tuv xml:lang="de"><seg>{b}</seg></tuv></tu>'
        for a, b in PAIRS
    )
    memory.write_text(f'<tmx version="1.4"><header srclang="en"/><body>{units}</body></tmx>')
    (inside := tmp_path / "inside").mkdir()
    (inside / "train.tmx").write_bytes(memory.read_bytes())
    for data in (files, tmp_path, memory, inside, PAIRS, {"train": files, "test": PAIRS}):
        error = pairs.reason(data, work, **{option: "kind"})
        assert error.startswith("source_column and target_column are for tables, and ")
    error = pairs.reason("builtin:phrases", work, **{option: "kind"})
    assert error == f"phrases.csv has no column 'kind' ({option}); its columns: en, de, topic"


def test_tables_among_the_splits_are_told(tmp_path: Path, work: Path) -> None:
    table = texts.write_csv(tmp_path / "train" / "a.csv", ROWS, header=("body", "mood"))
    options = {"text_column": "body", "label_column": "mood"}
    other = texts.rows(30, first=99)
    memory = ([text for text, _ in other], [label for _, label in other])
    for train in (table, table.parent, tmp_path):
        found = texts.audit({"train": train, "test": memory}, work, **options)
        assert found.counts["test"] == {"neg": 15, "pos": 15}
    folder = classes(tmp_path / "folder")  # the same texts
    error = texts.reason({"train": folder, "test": table}, work, **options)
    assert error.startswith("no usable text is left in train")
    error = texts.reason({"train": table, "test": "builtin:reviews"}, work, **options)
    assert error.startswith("test: reviews.csv has no column 'body' (text_column)")


def test_the_builtin_pairs_can_be_turned_round(work: Path) -> None:
    forth, back = (
        pairs.load("builtin:phrases", work),
        pairs.load("builtin:phrases", work, source_language="de"),
    )
    assert pairs.content(back).keys() == set(pairs.content(forth).values())
    assert (back.audit["source_language"], back.audit["target_language"]) == ("de", "en")
    error = pairs.reason("builtin:phrases", work, source_language="fr")
    assert "phrases.csv has no 'fr' (source_language); its languages: en, de" in error


def test_only_columns_are_taken_from_what_cannot_hear() -> None:
    config = TranslationConfig(source_column="a", source_language="en", max_ratio=3)
    told = hearing(config, ["table", "list"], has_columns=lambda part: part == "table", where="x")
    assert told("table") is config
    assert told("list") == TranslationConfig(source_language="en", max_ratio=3)
    for silent in (ImageConfig(image_size=32), TextConfig(encoding="cp1252")):
        assert hearing(silent, ["list"], has_columns=bool, where="x")("list") is silent
    with pytest.raises(DataError, match="image_column and label_column are for tables, and x is"):
        hearing(ImageConfig(label_column="a"), [""], has_columns=bool, where="x")
