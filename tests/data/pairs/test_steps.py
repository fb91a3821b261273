from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from kerasapps.data.audit_text import audit_text
from kerasapps.data.sources.clean import count_words
from kerasapps.errors import DataError
from tests.data.pair_samples import audit, content, load, pairs, usable, write_aligned, write_lines

LONG = " ".join(["word"] * 30)


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """The planted faults of the acceptance test, after a byte order mark, in CRLF."""
    root = tmp_path / "faulty"
    good = pairs(200)
    planted = [
        (b"bad \xff bytes", b"gut"),  # line 201
        (b"fine", b"\xc3("),  # 202
        (b"", b"Nur Deutsch."),  # 203
        (b"Only English.", b"  "),  # 204
        (LONG.encode(), b"drei kurze Worte"),  # 205
        (b"word " * 10_001, b"Wort " * 10_001),  # 206
        (b"The same on both sides.", b"the same on both sides"),  # 207
        (b"A copy.", b"Eine Kopie."),  # 208
        (b"A copy.", b"Eine Kopie."),  # 209
        (b"a copy!", b"Eine  Kopie"),  # 210
        (b"Two ways.", b"Zwei Arten."),  # 211
        (b"Two ways.", b"Auf zwei Weisen."),  # 212
        (b"A pair that leaks.", b"Ein Paar, das leckt."),  # 213
        (b"a source that leaks", b"Eine Quelle."),  # 214
        (b"A bell \x07 rings", b"Eine Glocke"),  # 215
    ]
    root.mkdir()
    sides = [
        [text.encode() for text in side] + [pair[index] for pair in planted]
        for index, side in enumerate(zip(*good, strict=True))
    ]
    (root / "train.en").write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(sides[0]) + b"\r\n")
    (root / "train.de").write_bytes(b"\n".join(sides[1]) + b"\n")
    test = [("A pair that leaks.", "Ein Paar, das leckt."), ("A source that leaks.", "Quelle.")]
    write_aligned(root, "test_2016", [*test, *pairs(20, first=300)])
    return root


def test_every_planted_fault_is_named(faulty: Path, work: Path) -> None:
    found = audit(faulty, work)
    assert found.ok and (found["source_language"], found["target_language"]) == ("en", "de")
    position = (faulty / "train.en").read_bytes().index(b"\xff bytes")
    other = (faulty / "train.de").read_bytes().index(b"\xc3(")
    where = "train.en + train.de, row"
    assert [(row.origin, row.fault, row.reason) for row in found["broken"].first] == [
        (f"{where} 201", "bad UTF-8", f"train.en: byte {position} (0xff) is not UTF-8"),
        (f"{where} 202", "bad UTF-8", f"train.de: byte {other} (0xc3) is not UTF-8"),
        (f"{where} 203", "empty text", "the source is empty"),
        (f"{where} 204", "empty text", "the target is only white space"),
        (
            f"{where} 205",
            "length ratio",
            "30 words against 3, more than 9 times as many (max_ratio)",
        ),
        (f"{where} 206", "over-long", "the source has 10,001 words: split it into sentences"),
    ]
    assert found["faults"] == {"bad UTF-8": 2, "empty text": 2, "length ratio": 1, "over-long": 1}
    assert [one.origin for one in found["same"].first] == [f"{where} 207"]
    copies = {frozenset((one.copy, one.first)): one.exact for one in found["copies"].first}
    assert sorted(copies.values()) == [False, True]
    assert copies[frozenset((f"{where} 208", f"{where} 209"))]
    assert f"{where} 210" in {name for names in copies for name in names}
    (variants,) = found["variants"].first
    assert set(variants.origins) == {f"{where} 211", f"{where} 212"} and variants.targets == 2
    leaks = {(one.copy, one.copy_split, one.shared, one.exact) for one in found["leaks"].first}
    assert leaks == {
        (f"{where} 213", "train", "pair", True),
        (f"{where} 214", "train", "source", False),
    }
    kept = {one.kept for one in found["leaks"].first}
    assert kept == {"test_2016.en + test_2016.de, row 1", "test_2016.en + test_2016.de, row 2"}
    (control,) = found["control"].first
    assert control.origin == f"{where} 215" and control.text.startswith("U+0007 in A bell")
    assert found.notes == ("train.en begins with a byte order mark: left out",)
    shown = audit_text(found)
    for line in (*range(201, 206), 207, 209, 211, 213, 214, 215):
        assert f"row {line}" in shown
    assert "\x07" not in shown and "en → de" in shown and "order mark" in shown
    assert json.loads(json.dumps(found.to_dict()))["broken"]["total"] == 6


def test_the_rest_of_a_faulty_corpus_trains(faulty: Path, work: Path) -> None:
    splits = load(faulty, work)
    assert splits.labels == () and len(splits.test) == 22
    assert dict(splits.audit.counts) == {"train": 187, "validation": 20, "test": 22}
    assert len(splits.train) == 187
    sources = [*splits.train.sources, *splits.validation.sources]
    assert "A pair that leaks." not in sources and "a source that leaks" not in sources
    assert sum(source == "Two ways." for source in sources) == 2
    held_back = [source in splits.validation.sources for source in ("A copy.", "a copy!")]
    assert held_back[0] == held_back[1]
    with pytest.raises(DataError) as caught:
        load(faulty, work, max_broken=0.02)
    assert "6 of 237 pairs (2.5%) are broken, more than the 2.0%" in str(caught.value)
    assert "train.en + train.de, row 201: train.en: byte" in str(caught.value)


@pytest.mark.parametrize("longer", ["source", "target"])
def test_different_line_counts_are_an_error(tmp_path: Path, work: Path, longer: str) -> None:
    texts = [[source for source, _ in pairs(1200)], [target for _, target in pairs(1200)]]
    del texts[0 if longer == "target" else 1][7]
    files = (
        write_lines(tmp_path / "train.en", texts[0]),
        write_lines(tmp_path / "train.de", texts[1]),
    )
    counts = (1200, 1199) if longer == "source" else (1199, 1200)
    (error,) = audit(files, work).errors
    expected = f"{files[0]} has {counts[0]:,} lines but {files[1]} has {counts[1]:,}"
    assert error.startswith(expected)
    with pytest.raises(DataError, match="lines but"):
        usable(files, work, max_broken=1)


def test_the_length_ratio_spares_short_pairs_and_scripts_without_spaces(work: Path) -> None:
    chinese = "一个男人在公园里骑着一辆红色的自行车旁边有一只狗。"
    given = [*pairs(40), ("a b c d e f g h i j", "kurz"), (" ".join("abcdefghijkl"), chinese)]
    assert audit(given, work)["broken"].total == 0
    assert audit(given, work, max_ratio=1.0)["faults"] == {"length ratio": 1}
    assert audit([*given, (LONG, "a b c d")], work)["broken"].total == 0
    assert audit([*given, ("a b c", LONG)], work)["broken"].total == 1
    assert [count_words(text) for text in ("", "a b", "ein Wörtchen", "日本", "日本語 x")] == [
        *(0, 2, 2, 1, 3),
    ]


def test_order_and_files_do_not_matter(tmp_path: Path, work: Path) -> None:
    given = [*pairs(300), *((source, f"{target} Ja.") for source, target in pairs(50))]
    first = load(given, work)
    random.Random(1).shuffle(given)
    second = load(write_aligned(tmp_path, "train", given), tmp_path / "again")
    assert first.fingerprint == second.fingerprint
    assert list(first.train.sources) == list(second.train.sources)
    assert list(first.train.targets) == list(second.train.targets)
    assert [len(first.train), len(first.validation), len(first.test)] == [
        len(second.train),
        len(second.validation),
        len(second.test),
    ]
    # Splits are drawn by source: 30 and 60 of 300, with all their translations.
    assert len(set(first.test.sources)) == 60 and len(set(first.validation.sources)) == 30
    sides = [set(split.sources) for split in (first.train, first.validation, first.test)]
    assert not (sides[0] & sides[1] or sides[0] & sides[2] or sides[1] & sides[2])
    assert first.audit["variants"].total == 50
    other = load(given, work, seed=1)
    assert set(other.test.sources) != sides[2] and other.fingerprint != first.fingerprint
    changed = load([(given[0][0], "Anders."), *given[1:]], work)
    assert changed.fingerprint != first.fingerprint


def test_near_sources_never_straddle(work: Path) -> None:
    given = [(source.upper() + "!", target) for source, target in pairs(100)]
    splits = load([*pairs(100), *given], work)
    for split in (splits.train, splits.validation, splits.test):
        folded = Counter(source.lower().rstrip(".!") for source in split.sources)
        assert set(folded.values()) == {2}
    assert splits.audit["copies"].total == 100 and splits.audit["leaks"].total == 0


def test_a_given_split_is_never_replaced(tmp_path: Path, work: Path) -> None:
    write_aligned(tmp_path, "train", pairs(30))
    write_aligned(tmp_path, "val", pairs(5, first=50))
    write_aligned(tmp_path, "test", pairs(5, first=50))
    (error,) = audit(tmp_path, work).errors
    assert "no usable pair is left in validation" in error
    write_aligned(tmp_path, "val", pairs(5, first=40))
    splits = load(tmp_path, work)
    assert [len(splits.train), len(splits.validation), len(splits.test)] == [30, 5, 5]
    (error,) = audit(pairs(2), work).errors
    assert error == (
        "2 different sources cannot fill every split (train, validation, test): add pairs (at "
        "least 3 different sources)"
    )
    assert audit([], work).errors == ("the data holds no usable pair",)


def test_untranslated_corpora_are_warned_of(work: Path) -> None:
    given = [*pairs(90), *((source, source) for source, _ in pairs(10, first=100))]
    found = audit(given, work)
    assert found.ok and found["same"].total == 10
    assert "10 of 100 pairs have the same text on both sides" in found.warnings[0]
    assert audit(given[:94], work).warnings == ()


def test_corpora_that_are_mostly_or_wholly_untranslated(tmp_path: Path, work: Path) -> None:
    copied = [(source, source) for source, _ in pairs(30, first=100)]
    table = write_lines(
        tmp_path / "a.tsv", ["en\tde", *("\t".join(each) for each in [*pairs(30), *copied])]
    )
    write_aligned(tmp_path / "corpus", "train", [*pairs(30), *copied])
    write_aligned(tmp_path / "corpus", "news", pairs(5))
    for data in (table, tmp_path / "corpus"):
        found = audit(data, work)
        assert found.ok  # and it is said before anything else
        assert found.warnings[0].startswith("Most of this data is not translated: 30 of 60 pairs")
        assert "(50%)" in found.warnings[0]
    assert len(found.warnings) == 2
    (warning,) = audit([*pairs(31), *copied], work).warnings
    assert warning.startswith("30 of 61 pairs have the same text on both sides")
    (error,) = audit(copied, work).errors
    assert error.startswith("all 30 pairs have the same text on both sides")
    assert audit(copied, work).warnings == ()
    with pytest.raises(DataError, match="nothing to translate"):
        load(copied, work)


def test_every_source_may_have_several_translations(work: Path) -> None:
    given = [*pairs(12), *((source, f"{target} Ja.") for source, target in pairs(12))]
    assert audit(given, work)["variants"].total == 12


def test_a_text_of_10_000_words_is_the_longest(work: Path) -> None:
    found = audit([*pairs(40), ("word " * 10_000, "Wort " * 10_000)], work)
    assert found["broken"].total == 0 and found["longest"][0].source_words == 10_000


def test_lengths(work: Path) -> None:
    found = audit([*pairs(40), (f"{LONG} {LONG}", LONG)], work)
    assert (found["source_lengths"].median, found["source_lengths"].longest) == (5, 60)
    assert (found["target_lengths"].median, found["target_lengths"].longest) == (4, 30)
    longest = found["longest"][0]
    assert (longest.origin, longest.source_words, longest.target_words) == ("example 40", 60, 30)
    assert "example 40 (60 and 30)" in audit_text(found) and len(found["longest"]) == 10


def test_judged_pairs_are_those_of_the_test_split(faulty: Path, work: Path) -> None:
    found = usable(faulty, work, max_broken=0.05)
    assert len(found) == 22 and found.sources[0] == "A pair that leaks."
    assert found.targets[1] == "Quelle." and found.origin(1).endswith("row 2")
    files = (faulty / "test_2016.en", faulty / "test_2016.de")
    found = usable(files, work, max_broken=0)
    assert list(found.targets)[2:] == [target for _, target in pairs(20, first=300)]
    with pytest.raises(DataError, match="6 of 237 pairs"):
        usable(faulty, work, max_broken=0.01)


def test_builtin_phrases(work: Path) -> None:
    splits = load("builtin:phrases", work)
    found = splits.audit
    assert len(content(splits)) == found.total == 444
    assert (found["source_language"], found["target_language"]) == ("en", "de")
    for listed in (
        found["broken"],
        found["copies"],
        found["variants"],
        found["same"],
        found["control"],
    ):
        assert listed.total == 0
    assert len(set(content(splits).values())) == 444
    assert content(splits)["Where is the train station?"] == "Wo ist der Bahnhof?"


def test_no_tensorflow_is_imported(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kerasapps.config import *\n"
        "from kerasapps.data.examine import load_splits\n"
        "from kerasapps.data.pairs import steps\n"
        "s = load_splits(steps, 'builtin:phrases', options=TranslationConfig(), "
        "config=LoadConfig(), seed=0, work_dir=Path('work'))\n"
        "heavy = {'tensorflow', 'keras', 'pandas', 'pyarrow'} & set(sys.modules)\n"
        "assert len(s.train) and not heavy, heavy"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=tmp_path,
    )


def test_a_row_that_is_too_short_is_broken_and_nothing_else(tmp_path: Path, work: Path) -> None:
    lines = ["en\tde", *("\t".join(pair) for pair in pairs(40))]
    lines[7] = "one side only"
    table = write_lines(tmp_path / "short.tsv", lines)
    found = load(table, work)
    assert len(found.train) + len(found.validation) + len(found.test) == 39
    assert "short.tsv, row 8: 1 field, but the file has 2 columns" in audit_text(found.audit)


def test_what_a_finished_model_is_judged_on_is_said(tmp_path: Path, work: Path) -> None:
    root, told = tmp_path / "data", list[str]()
    write_aligned(root, "Training", pairs(20))
    write_aligned(root, "TESTING", pairs(6, first=50))
    assert len(usable(root, work, told=told)) == 6
    assert told[1:] == [f"Read as: {root}: train in Training, test in TESTING"]
    for file in root.glob("TESTING.*"):
        file.rename(root / f"Val{file.suffix}")
    assert len(usable(root, work, told=told)) == 26
    assert told[-1] == "The data has no test split: all of it is judged (train and validation)."
    write_aligned(root, "test", [("alone", " "), (" ", "allein")])
    with pytest.raises(DataError, match="no usable pair is left in test"):
        usable(root, work, max_broken=1)


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_a_split_of_broken_pairs_alone_is_an_error(tmp_path: Path, work: Path, split: str) -> None:
    for first, name in enumerate(("train", "val", "test")):
        write_aligned(tmp_path, name, pairs(10, first=100 * first))
    write_lines(tmp_path / f"{split}.de", ["  "] * 9 + ["Ein Satz."])
    english = [source for source, _ in pairs(9, first=900)]
    write_lines(tmp_path / f"{split}.en", [*english, " "])
    named = {"val": "validation"}.get(split, split)
    assert audit(tmp_path, work, max_broken=1).errors == (
        f"no usable pair is left in {named}: all are broken, or also in a more protected split",
    )


def test_another_translation_is_other_data(tmp_path: Path, work: Path) -> None:
    some = pairs(30)
    found = [load(some, work).fingerprint, load(some[::-1], work).fingerprint]
    some[3] = (some[3][0], "Ein anderer Satz.")
    found.append(load(some, work).fingerprint)
    assert found[0] == found[1] != found[2]
