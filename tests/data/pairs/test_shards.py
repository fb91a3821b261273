"""Pairs in shards: which side is the source, and archives of texts that are pairs."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.config import TranslationConfig
from kerasapps.data.pairs.sources import list_pair_source
from kerasapps.recipes.registry import guess_task
from kerasapps.shards import Record
from tests.shards.shards_made import make_shard
from tests.shards.test_webdataset import write_tar

PAIRS = [(f"house number {n}", f"Haus Nummer {n}") for n in range(9)]


@pytest.mark.parametrize("name", ["tfrecord", "parquet"])
def test_the_direction_that_names_leave_open_is_told_with_how_to_turn_it(
    tmp_path: Path, name: str
) -> None:
    records: list[Record] = [{"de": german, "en": english} for english, german in PAIRS]
    file = tmp_path / f"a.{name}"
    make_shard(file, records, name=name)
    told = "source in 'de', target in 'en'; turn it round with --source-language en"
    listing = list_pair_source(str(file), config=TranslationConfig())
    assert any(each.endswith(told) for each in listing.guesses)
    turned = list_pair_source(str(file), config=TranslationConfig(source_language="en"))
    assert next(iter(turned.rows())).values == PAIRS[0]
    assert not any("turn it round" in each for each in turned.guesses)


@pytest.mark.parametrize("sides", [("en", "de"), ("src", "tgt")])
def test_texts_of_two_languages_in_an_archive_are_pairs(
    tmp_path: Path, sides: tuple[str, str]
) -> None:
    members = {
        f"{number:03}.{side}.txt": text.encode()
        for number, pair in enumerate(PAIRS)
        for side, text in zip(sides, pair, strict=True)
    }
    write_tar(tmp_path / "a.tar", members)
    assert guess_task(str(tmp_path / "a.tar")).name == "translation"
    listing = list_pair_source(str(tmp_path / "a.tar"), config=TranslationConfig())
    assert [row.values for row in listing.rows()] == PAIRS
