"""A task's data, read and split as the options say; without TensorFlow."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from kerasapps.data.audit import Audit
from kerasapps.data.examine import examine, load_splits
from kerasapps.data.near.copies import ACROSS, SERIES, are_many
from kerasapps.data.sources.forms import describe_source
from kerasapps.data.splits import Splits
from kerasapps.data.targets.kinds import CALLED
from kerasapps.deploy.manifest import Manifest
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.wording.counted import counted
from kerasapps.workflow.near import compared
from kerasapps.workflow.options import options_of
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task

FEW_JUDGED = 100
"""Examples to judge on of which a single one is a point or more."""

UNPROVEN = (
    "there is no test split (test_split=0): figures and files are judged on the validation split, "
    "on which training is stopped and the best epoch is chosen. How good the model is on data that "
    "it never met is unproven; judge it with evaluate on such data"
)


def read_splits(task: Task, data: Any, options: Options, folder: Path) -> Splits[Any]:
    """The splits, with validation and a warning in the place of a test split that lacks.

    Args:
        task: reads its kind of data.
        data: any form that training takes.
        options: of the run.
        folder: scratch space that must outlive the splits.
    """
    splits = load_splits(
        task.data.KIND,
        data,
        options=options[task.section],
        config=options["load"],
        seed=options["train"].seed,
        work_dir=folder / task.section,
    )
    if len(splits.test):
        return splits
    audit = splits.audit
    audit = dataclasses.replace(audit, warnings=(*audit.warnings, UNPROVEN))
    return dataclasses.replace(splits, test=splits.validation, audit=audit)


def tell_findings(splits: Splits[Any], noun: str) -> None:
    """Says what was guessed about the data, and what was wrong with it.

    Args:
        splits: the audited examples.
        noun: what they are, such as "rows".
    """
    audit = splits.audit
    for line in (*audit.guesses, *audit.warnings):
        tell(line)
    broken = audit.finding("broken").total
    if broken:
        if broken == 1:
            tell(f"1 broken {noun.removesuffix('s')} is left out; the report lists it")
        else:
            tell(f"{broken:,} broken {noun} are left out; the report lists them")


def tell_conflicts(splits: Splits[Any], noun: str) -> None:
    """Says which of the same examples have different answers, of which one may be wrong.

    Args:
        splits: the audited examples.
        noun: what they are, in the plural.
    """
    findings = (each.items for each in splits.audit.findings if each.key == "conflicts")
    conflicts = next(findings, None)
    if conflicts is None or not conflicts.total:
        return
    first, called = conflicts.first[0], CALLED[splits.target.kind]
    if conflicts.total == 1:
        tell(f"Warning: the same {noun.removesuffix('s')} has different {called}: {first}")
        return
    told = f"have different {called} each, and the report lists them; the first"
    tell(f"Warning: {conflicts.total:,} {noun} {told}: {first}")


def tell_copies(splits: Splits[Any], noun: str) -> None:
    """Says what is the same with different answers, or nearly the same in different splits.

    Args:
        splits: as `compared` gives them.
        noun: what they are, in the plural.
    """
    tell_conflicts(splits, noun)
    found = next((each.items for each in splits.audit.findings if each.key == ACROSS), None)
    if found is None or not found.total:
        return
    one = found.total == 1
    many = f" ({SERIES})" if are_many(found.total, splits.total) else ""
    told = "the report names it" if one else "the report lists them; the first"
    tell(
        f"{counted(found.total, noun.removesuffix('s'))} {'is' if one else 'are'} nearly the same "
        f"as one of another split, which may make figures too good{many}; {told}: {found.first[0]}"
    )


def tell_sizes(splits: Splits[Any], noun: str) -> None:
    """Says how many examples train, validate and test, and what a few of the last mean.

    Args:
        splits: the audited examples.
        noun: what they are, in the plural, such as "pictures".
    """
    parts = [(splits.train, "to train"), (splits.validation, "to validate")]
    if splits.judged_on == "test":
        parts.append((splits.test, "to test"))
    named = ", ".join(f"{len(part):,} {purpose}" for part, purpose in parts)
    tell(f"{counted(splits.total, noun.removesuffix('s'))}: {named}")
    judged = len(splits.test)
    if judged < FEW_JUDGED:
        tell(
            f"The result is judged on {counted(judged, noun.removesuffix('s'))} only: each counts "
            f"{100 / judged:.2g} %, so its figures may be luck (docs/is_it_good.md)"
        )


def tell_advice(advice: str) -> None:
    """Says what would help, where something would."""
    if advice:
        tell(advice)


def audit_data(task: Task, data: Any, options: Options, *, seed: int, folder: Path) -> Audit:
    """What `read_splits` finds in the same data; bad data fills its errors and never raises.

    Args:
        task: reads its kind of data.
        data: any form that training takes.
        options: the sections "load" and the task's own.
        seed: of the splits that the data does not have.
        folder: scratch space.
    """
    with doing(f"Reading {describe_source(data)}"):
        return examine(
            task.data.KIND,
            data,
            options=options[task.section],
            config=options["load"],
            seed=seed,
            work_dir=folder,
        )[0]


def trained_on(
    task: Task,
    manifest: Manifest,
    data: Any,
    folder: Path,
    *,
    max_broken: float = 0.0,
    compare: bool = True,
) -> Splits[Any]:
    """The data that a finished bundle was trained on, split as it was then.

    Args:
        task: of the bundle.
        manifest: of the bundle.
        data: any form that training takes.
        folder: scratch space.
        max_broken: share of unreadable examples that is skipped, if it is more than in training.
        compare: whether the audit tells what is nearly the same in two splits, as that of the
            training does; see `compared`.
    """
    options = options_of(task, manifest)
    load = options["load"]
    load = dataclasses.replace(load, max_broken=max(load.max_broken, max_broken))
    splits = read_splits(task, data, {**options, "load": load}, folder)
    return compared(task, data, splits, options) if compare else splits
