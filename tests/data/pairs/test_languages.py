from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.config import TranslationConfig
from kerasapps.data.pairs.languages import check_direction
from kerasapps.errors import DataError
from tests.data import pair_samples as pairs


@pytest.mark.parametrize(
    ("source", "target"),
    [("de", None), (None, "en"), ("de", "en"), ("German", "eng"), ("de-AT", None)],
)
def test_the_other_way_round_is_refused(source: str | None, target: str | None) -> None:
    config = TranslationConfig(source_language=source, target_language=target)
    with pytest.raises(DataError, match="give the two the other way round"):
        check_direction(("en", "de" if source != "de-AT" else "de-at"), config=config)


def test_another_name_is_told_and_taken() -> None:
    found = ("no", "pt")
    for same in ({}, {"source_language": "no", "target_language": "pt-BR"}):
        assert check_direction(found, config=TranslationConfig(**same)) == []
    (warning,) = check_direction(found, config=TranslationConfig(source_language="en"))
    assert warning == "the source is named after 'no', and taken for 'en' (source_language)"
    assert check_direction((None, None), config=TranslationConfig(source_language="en")) == []


def test_two_files_of_the_other_direction(tmp_path: Path, work: Path) -> None:
    english, german = pairs.write_aligned(tmp_path, "a", pairs.pairs(40))
    error = pairs.reason((english, german), work, source_language="de")
    assert "source_language is 'de', but the source is named after 'en'" in error
    assert pairs.audit((german, english), work, source_language="de").ok
    (warning,) = pairs.audit((english, german), work, source_language="fr").warnings
    assert warning.startswith("the source is named after 'en', and taken for 'fr'")
