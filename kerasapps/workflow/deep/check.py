"""The audit of a data set, and what is found beside it when all examples are compared."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kerasapps.data.audit import Audit, Finding
from kerasapps.data.examine import examine
from kerasapps.data.near.copies import COLUMNS, NearCopy, near_copies, near_findings
from kerasapps.data.sources.forms import describe_source
from kerasapps.errors import ConfigError, DataError
from kerasapps.terminal.doing import doing
from kerasapps.wording.harmless import printable
from kerasapps.workflow.bulk.table import written_rows
from kerasapps.workflow.deep.labels import (
    check_labelled,
    check_minutes,
    label_doubts,
    label_finding,
)
from kerasapps.workflow.doubts.doubt import LABEL_COLUMNS, LabelDoubt, own_mistakes
from kerasapps.workflow.doubts.lists import LABELS_FILE, write_doubts, write_list
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task

NEAR_FILE: Final = "near_duplicates.csv"


@dataclass(frozen=True)
class DeepCheck:
    """What was found in a data set.

    Attributes:
        audit: everything, with what was found beyond the audit among its findings.
        near: examples that are nearly the same as others; none of kinds that are not compared.
        doubts: examples whose label may be wrong; None where nobody asked.
    """

    audit: Audit
    near: tuple[NearCopy, ...] = ()
    doubts: tuple[LabelDoubt, ...] | None = None

    def write(self, folder: Path | str) -> tuple[Path, ...]:
        """Writes each list as CSV, all of it; what stood there of an earlier check is replaced.

        Args:
            folder: made if missing.

        Returns:
            The files.

        Raises:
            OSError: if one cannot be written.
        """
        folder = Path(folder)
        files = [write_list(folder / NEAR_FILE, COLUMNS, [each.cells for each in self.near])]
        if self.doubts is not None:
            files.append(write_doubts(folder, self.doubts))
        return tuple(files)


def check_deep(
    task: Task,
    data: Any,
    options: Options,
    *,
    seed: int,
    folder: Path,
    minutes: float | None = None,
) -> DeepCheck:
    """Audits data, compares its examples with one another, and asks networks about the labels.

    Args:
        task: reads its kind of data.
        data: any form that training takes.
        options: the sections "load" and the task's own.
        seed: of the splits that the data does not have.
        folder: scratch space.
        minutes: of training, to look for wrong labels; None: these are not looked for.

    Returns:
        The audit alone where the data cannot be used.

    Raises:
        ConfigError: if wrong labels cannot be looked for in such data.
        DependencyError: if what training takes is not installed.
        TrainingError: if a training fails.
    """
    check_minutes(minutes)
    kind = task.data.KIND
    with doing(f"Reading {describe_source(data)}"):
        audit, splits = examine(
            kind,
            data,
            options=options[task.section],
            config=options["load"],
            seed=seed,
            work_dir=folder,
        )
    if splits is None:
        return DeepCheck(audit)
    if minutes is not None:
        check_labelled(task, splits, minutes=minutes, seed=seed)
    near: tuple[NearCopy, ...] = ()
    if kind.NEAR is None:
        note = f"{kind.NOUN}s that are nearly the same are not looked for"
        audit = dataclasses.replace(audit, notes=(*audit.notes, note))
    else:
        try:
            with doing(f"Comparing {kind.NOUN}s"):
                near = near_copies(kind.NEAR, splits)
        except DataError as error:  # it was there when the data were read
            return DeepCheck(dataclasses.replace(audit, errors=(*audit.errors, str(error))))
        audit = _with_findings(audit, near_findings(near, total=splits.total))
    if minutes is None:
        return DeepCheck(audit, near)
    found = label_doubts(task, splits, options, minutes=minutes, seed=seed, folder=folder / "folds")
    audit = _with_findings(audit, [label_finding(found.doubts)])
    why = own_mistakes(found.given_again)
    if why:
        why = f"minutes: {why}; give more than {minutes:g}."
        audit = dataclasses.replace(audit, warnings=(*audit.warnings, why))
    return DeepCheck(audit, near, found.doubts)


def check_place(folder: Path, *, what: str) -> None:
    """A folder can take the lists, which is tried before the work is done.

    Args:
        folder: made if missing.
        what: names the option in messages.

    Raises:
        ConfigError: if it is no folder, cannot be written, or holds a list that no check wrote.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except FileExistsError:
        raise ConfigError(f"{printable(folder)} is no folder ({what}).") from None
    except OSError as error:
        said = f"{printable(folder)} cannot be written: {error.strerror} ({what})."
        raise ConfigError(said) from error
    for name, columns in ((NEAR_FILE, COLUMNS), (LABELS_FILE, LABEL_COLUMNS)):
        file = folder / name
        if file.is_dir() or (file.exists() and not _begins_with(file, columns)):
            raise ConfigError(
                f"{printable(file)} is there, and no list that check wrote: give another "
                f"folder, or remove it first ({what})."
            )


def _begins_with(file: Path, columns: Sequence[str]) -> bool:
    head = written_rows([columns]).encode("utf-8")
    try:
        with file.open("rb") as stream:
            return stream.read(len(head)) in (head, b"")
    except OSError:  # what cannot be read cannot be told
        return False


def _with_findings(audit: Audit, findings: Iterable[Finding]) -> Audit:
    return dataclasses.replace(audit, findings=(*audit.findings, *findings))
