"""What is nearly the same in different splits: looked for before a training, if that is quick."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from kerasapps.config import LoadConfig
from kerasapps.data.near.copies import Near, NearCopy, across_splits, near_copies
from kerasapps.data.near.effort import LONG
from kerasapps.data.packed.read import packed_alone
from kerasapps.data.splits import SPLITS, Splits
from kerasapps.terminal.doing import OutOfTimeError, doing, within
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task

SECONDS: Final = 10.0
"""Of one core that it may take, by what a few examples take."""
LONGEST: Final = 20.0
"""Seconds by the clock after which it ends, whatever a few examples took."""


def compared(task: Task, data: Any, splits: Splits[Any], options: Options) -> Splits[Any]:
    """The splits, whose audit tells what is nearly the same across them, or why nobody looked.

    Args:
        task: reads its kind of data.
        data: that the splits are of.
        splits: the audited examples.
        options: of the run; what is streamed is read no more often than it must be.

    Raises:
        DataError: if an example can no longer be read.
    """
    kind = task.data.KIND
    if kind.NEAR is None:
        return splits
    why = _why_not(kind.NEAR, data, splits, options["load"])
    copies: tuple[NearCopy, ...] = ()
    if not why:
        try:
            with doing(f"Comparing {kind.NOUN}s", lasting=False), within(LONGEST):
                copies = near_copies(kind.NEAR, splits)
        except OutOfTimeError:
            why = LONG.format(seconds=LONGEST)
    if why:
        note = (
            f"{kind.NOUN}s that are nearly the same in different splits are not looked for "
            f"({why}): kerasapps check --deep does that"
        )
        audit = dataclasses.replace(splits.audit, notes=(*splits.audit.notes, note))
    else:
        finding = across_splits(copies, total=splits.total)
        audit = dataclasses.replace(splits.audit, findings=(*splits.audit.findings, finding))
    return dataclasses.replace(splits, audit=audit)


def _why_not(near: Near, data: Any, splits: Splits[Any], load: LoadConfig) -> str:
    """Why nothing is compared in passing; "" where it is."""
    if packed_alone(data) is not None:
        return "the data are packed"
    if not load.on_disk:
        return "with disk_cache off the data are read as seldom as can be"
    return near.too_much([getattr(splits, name) for name in SPLITS], seconds=SECONDS)
