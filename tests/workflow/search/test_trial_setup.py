"""What trials have in common, and the examples that are left for them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from kerasapps.data.splits import Splits
from kerasapps.errors import KerasAppsError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.tuning.objective import Objective
from kerasapps.workflow.search.trial_setup import TrialSetup, stored_splits, write_splits
from tests.full_disk import file_limit


def make(**changes: Any) -> TrialSetup:
    values: dict[str, Any] = {
        "task": TEXT_CLASSIFICATION,
        "options": TEXT_CLASSIFICATION.defaults,
        "objective": Objective("int8_accuracy", "max", mode="int8", max_size_mb=2, answer=CLASSES),
        "folder": Path("/some/folder"),
    }
    return TrialSetup(**{**values, **changes})


@pytest.mark.parametrize("keeps", [True, False])
def test_a_setup_survives_json(keeps: bool) -> None:
    setup = make(keeps_checkpoints=keeps)
    assert TrialSetup.from_dict(json.loads(json.dumps(setup.to_dict()))) == setup
    assert not make().keeps_checkpoints
    with pytest.raises(dataclasses.FrozenInstanceError):
        setup.task = "another"  # type: ignore[misc]


def test_trials_find_the_examples_but_for_the_test_split(tmp_path: Path) -> None:
    splits: Splits[Any] = Splits(("a",), "train", "validation", "test", None, "print")
    folder = tmp_path / "new" / "search"
    held_back = write_splits(splits, folder)
    assert (held_back.test, held_back.train) == ("validation", "train")
    assert stored_splits(folder) == held_back
    assert [path.name for path in folder.iterdir()] == ["splits.pickle"]
    assert write_splits(splits, folder) == held_back  # again, in its place


def test_a_full_disk_is_told_by_name(tmp_path: Path) -> None:
    splits: Splits[Any] = Splits(("a",), "x" * 100_000, "v", "t", None, "print")
    with (
        file_limit(1000),
        pytest.raises(KerasAppsError, match=r"not write .*splits\.pickle of"),
    ):
        write_splits(splits, tmp_path)
    assert not (tmp_path / "splits.pickle").exists()
