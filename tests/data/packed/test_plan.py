"""Which examples go to which shard, and when a shard of before is the same one."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import numpy as np

from kerasapps.data.packed.plan import MIB, PackPlan, plan_shards
from kerasapps.data.splits import Target

TARGET = Target("class", ("a", "b"))


def planned(
    train: list[int], *, shard_mb: int = 1, format: str = "tfrecord", **changes: Any
) -> PackPlan:
    """Shards of examples of so many halves of a MiB each."""
    splits: Any = SimpleNamespace(
        **{
            "train": np.array(train, np.int64),
            "validation": np.array([1]),
            "test": np.zeros(0, int),
        },
        **{"labels": ("a", "b"), "target": TARGET, **changes},
    )
    packing: Any = SimpleNamespace(
        sizes=lambda examples: examples * (MIB // 2), columns=lambda examples: {"x": examples}
    )
    return plan_shards(splits, packing, suffix=".x", format=format, shard_mb=shard_mb)


def bounds(plan: PackPlan) -> list[tuple[int, int]]:
    return [(shard.start, shard.stop) for shard in plan.shards if shard.split == "train"]


def test_shards_are_of_about_one_size_and_leave_nothing_out() -> None:
    plan = planned([1] * 8)
    assert bounds(plan) == [(0, 2), (2, 4), (4, 6), (6, 8)]
    assert [shard.name for shard in plan.shards] == [
        *(f"train-{number:05d}-of-00004.x" for number in range(4)), "validation-00000-of-00001.x"
    ]  # fmt: skip
    assert plan.bytes == 4 * MIB + MIB // 2 and plan.shards[1].rows.tolist() == [2, 3]
    assert bounds(planned([1] * 7, shard_mb=9)) == [(0, 7)]
    assert bounds(planned([9, 9])) == [(0, 1), (1, 2)]
    assert bounds(planned([])) == []


def test_a_shard_is_another_one_with_other_contents_formats_labels_or_targets() -> None:
    def digests(**changes: Any) -> list[str]:
        return [shard.digest for shard in planned(**{"train": [1, 1, 1, 2], **changes}).shards]

    usual = digests()
    assert digests() == usual and len({*usual}) == 3
    assert digests(train=[1, 1, 2, 1])[0] == usual[0]
    others: tuple[dict[str, Any], ...] = (
        {"format": "parquet"},
        {"labels": ("b", "a")},
        {"target": dataclasses.replace(TARGET, kind="labels")},
    )
    for changes in others:
        assert not {*digests(**changes)} & {*usual}
