"""The public function that looks at data, as `kerasapps check --deep` does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kerasapps
from kerasapps.errors import ConfigError
from kerasapps.workflow.deep import check
from kerasapps.workflow.deep.labels import DoubtedLabels
from kerasapps.workflow.doubts.doubt import LabelDoubt


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    words = [" ".join(f"w{n}x{place}" for place in range(30)) for n in range(60)]
    words[1] = words[0].replace("x29", "x30")
    rows = [f'"{text}",{kind}' for text, kind in zip(words, ["odd", "even"] * 30, strict=True)]
    file = tmp_path / "texts.csv"
    file.write_text("\n".join(["words,kind", *rows]), encoding="utf-8")
    return file


def test_what_is_nearly_the_same_is_a_value_and_a_file(texts: Path, tmp_path: Path) -> None:
    found = kerasapps.check_data(texts, text_column="words", label_column="kind")
    assert found.audit.ok and found.doubts is None
    assert found.near and found.write(tmp_path) == (tmp_path / "near_duplicates.csv",)
    assert len((tmp_path / "near_duplicates.csv").read_text().splitlines()) == len(found.near) + 1


def test_minutes_ask_networks(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}
    doubt = LabelDoubt("row 1", "train", "odd", "even", 0.9)

    def doubts(*_: Any, **options: Any) -> DoubtedLabels:
        asked.update(options)
        return DoubtedLabels((doubt,), given_again=0.5 if options["minutes"] < 1 else 0.6)

    monkeypatch.setattr(check, "label_doubts", doubts)
    found = kerasapps.check_data(
        texts, minutes=2, seed=3, task="text_classification", text_column="words"
    )
    assert found.doubts == (doubt,) and (asked["minutes"], asked["seed"]) == (2, 3)
    assert "label_errors" in {each.key for each in found.audit.findings}
    assert not [each for each in found.audit.warnings if "minutes" in each]
    short = kerasapps.check_data(
        texts, minutes=0.5, task="text_classification", text_column="words"
    )
    assert short.audit.warnings[-1] == (
        "minutes: the networks would have given only 50% of the labels, so most of what they doubt "
        "is their own mistake; give more than 0.5."
    )


def test_what_cannot_be_meant_is_refused(texts: Path) -> None:
    with pytest.raises(ConfigError, match=r"minutes must be a number of at least 0\.05, got 0"):
        kerasapps.check_data(texts, minutes=0)
    with pytest.raises(ConfigError, match="image_size: not how data of text_classification"):
        kerasapps.check_data(texts, task="text_classification", image_size=8)
    with pytest.raises(ConfigError, match="text_classificaton"):
        kerasapps.check_data(texts, task="text_classificaton")
