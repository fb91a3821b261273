"""The data of each task, read and split as the options say."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import ImageConfig, LoadConfig, TextConfig, TrainConfig, TranslationConfig
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION, TEXT_CLASSIFICATION, TRANSLATION
from kerasapps.workflow.reading import UNPROVEN, read_splits, tell_sizes
from tests.data.text_samples import rows, write_csv
from tests.shapes import write_shapes
from tests.words import word_pairs


def options(**load: Any) -> dict[str, Any]:
    return {
        "load": LoadConfig(**load),
        "image": ImageConfig(),
        "text": TextConfig(),
        "translation": TranslationConfig(source_language="en", target_language="de"),
        "train": TrainConfig(),
    }


@pytest.fixture(params=["pictures", "texts", "pairs"])
def task(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Any, Any, int]:
    """What reads a task's data, the data, and how many examples there are."""
    if request.param == "pictures":
        return (
            partial(read_splits, IMAGE_CLASSIFICATION),
            write_shapes(tmp_path / "shapes", per_class=10),
            30,
        )
    if request.param == "texts":
        return (
            partial(read_splits, TEXT_CLASSIFICATION),
            write_csv(tmp_path / "a.csv", rows(40)),
            40,
        )
    return partial(read_splits, TRANSLATION), word_pairs(60), 60


def test_without_a_test_split_validation_stands_in_its_place(
    task: tuple[Any, Any, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read, data, count = task
    splits = read(data, options(test_split=0), tmp_path / "scratch")
    tell_sizes(splits, "things")
    validated, said = len(splits.validation), capsys.readouterr().err
    assert f"{count} things: {count - validated} to train, {validated} to validate\n" in said
    assert f"judged on {validated} thing" in said and "is_it_good.md" in said
    assert splits.judged_on == "validation" and splits.test is splits.validation
    assert len(splits.train) + len(splits.validation) == count and len(splits.validation) > 0
    assert splits.audit.warnings[-1] == UNPROVEN
    splits = read(data, options(), tmp_path / "again")
    assert splits.judged_on == "test" and UNPROVEN not in splits.audit.warnings
    tell_sizes(splits, "things")
    assert f", {len(splits.test)} to test\n" in capsys.readouterr().err
    assert len(splits.train) + len(splits.validation) + len(splits.test) == count


def test_a_test_split_of_the_datas_own_is_used_all_the_same(tmp_path: Path) -> None:
    table = [[*row, "test" if number < 6 else "train"] for number, row in enumerate(rows(40))]
    path = write_csv(tmp_path / "a.csv", table, header=("text", "label", "split"))
    splits = read_splits(TEXT_CLASSIFICATION, path, options(test_split=0), tmp_path / "scratch")
    assert splits.judged_on == "test" and len(splits.test) == 6
