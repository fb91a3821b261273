"""`kerasapps pack`, and `check` of what it packed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kerasapps.recipes.registry import TASKS, asked_options

Run = Callable[..., Any]


def test_data_is_packed_checked_and_verified(tmp_path: Path, run_here: Run) -> None:
    ended = run_here("pack", "builtin:reviews", "--output", tmp_path / "packed", "--json")
    assert ended.returncode == 0, ended.stderr
    packed = json.loads(ended.stdout)
    assert packed["kind"] == "text" and packed["shards"] == 3
    ended = run_here("pack", "builtin:reviews", "--output", tmp_path / "packed")
    assert "Packed: 700 texts (490 train" in ended.stdout and "packed already" in ended.stderr
    assert f"kerasapps train text-classification {tmp_path / 'packed'}" in ended.stdout
    assert "Shards: 3, " in ended.stdout and "\u202fkB, tfrecord" in ended.stdout
    ended = run_here("check", tmp_path / "packed", "--verify")
    assert ended.returncode == 0 and "3 shards packed from builtin:reviews" in ended.stdout
    ended = run_here("check", tmp_path / "packed", "--test-split", "0.3")
    assert ended.returncode == 1 and "packed with --test-split 0.2" in ended.stdout
    shard = tmp_path / "packed" / "test-00000-of-00001.tfrecord"
    content = bytearray(shard.read_bytes())
    content[50] ^= 1
    shard.write_bytes(content)
    assert run_here("check", tmp_path / "packed").returncode == 0
    ended = run_here("check", tmp_path / "packed", "--verify")
    assert ended.returncode == 1 and shard.name in ended.stdout


def test_only_what_can_be_packed_is_offered() -> None:
    packing = [task for task in TASKS.values() if task.packs]
    assert packing == [task for task in TASKS.values() if task.data.KIND.PACKING is not None]
    asked = asked_options("check", tasks=packing)
    assert {"image_column", "text_column", "source_column"} <= {*asked}
    assert not {"tag_column", "sound_column", "number_columns"} & {*asked}


def test_what_cannot_be_packed(tmp_path: Path, run_here: Run) -> None:
    ended = run_here("check", "builtin:reviews", "--verify")
    assert ended.returncode == 1 and "is no packed folder" in ended.stderr
    ended = run_here(
        *("pack", "builtin:reviews", "--output", tmp_path / "p", "--image-column", "x"),
        *("--task", "text-classification"),
    )
    assert ended.returncode == 2 and "--image-column is not for text-class" in ended.stderr
    (tmp_path / "mine").write_text("")
    ended = run_here("pack", "builtin:reviews", "--output", tmp_path)
    assert ended.returncode == 2 and "holds mine, which was not packed there" in ended.stderr


def test_options_of_what_is_decoded_are_not_offered(run_here: Run, tmp_path: Path) -> None:
    for words in (("pack", "builtin:reviews", "--output", tmp_path / "p"), ("check", "nowhere")):
        for option in (("--cache-mb", "5"), ("--no-disk-cache",)):
            ended = run_here(*words, *option)
            assert ended.returncode == 2 and f"No such option: {option[0]}" in ended.stderr
