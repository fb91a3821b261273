"""The audit of a data set, and what is found beside it when all examples are compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kerasapps.data.audit import Audit
from kerasapps.data.examine import examine
from kerasapps.data.near.copies import COLUMNS, NearCopy, near_copies, near_findings
from kerasapps.data.sources.forms import describe_source
from kerasapps.errors import DataError
from kerasapps.files.whole import replaced
from kerasapps.terminal.doing import doing
from kerasapps.workflow.bulk.table import written_rows
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task

NEAR_FILE: Final = "near_duplicates.csv"


@dataclass(frozen=True)
class DeepCheck:
    """What was found in a data set.

    Attributes:
        audit: everything, with what was found beyond the audit among its findings.
        near: examples that are nearly the same as others; none of kinds that are not compared.
    """

    audit: Audit
    near: tuple[NearCopy, ...] = ()

    def write(self, folder: Path) -> tuple[Path, ...]:
        """Writes each list as CSV, all of it; what stood there of an earlier check is replaced.

        Args:
            folder: made if missing.

        Returns:
            The files.

        Raises:
            OSError: if one cannot be written.
        """
        rows = (each.cells for each in self.near)
        return (_written(folder / NEAR_FILE, COLUMNS, [*rows]),)


def check_deep(task: Task, data: Any, options: Options, *, seed: int, folder: Path) -> DeepCheck:
    """Audits data, and compares its examples with one another.

    Args:
        task: reads its kind of data.
        data: any form that training takes.
        options: the sections "load" and the task's own.
        seed: of the splits that the data does not have.
        folder: scratch space.

    Returns:
        The audit alone where the data cannot be used.
    """
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
    if kind.NEAR is None:
        note = f"{kind.NOUN}s that are nearly the same are not looked for"
        return DeepCheck(dataclasses.replace(audit, notes=(*audit.notes, note)))
    try:
        with doing(f"Comparing {kind.NOUN}s"):
            near = near_copies(kind.NEAR, splits)
    except DataError as error:  # it was there when the data were read
        return DeepCheck(dataclasses.replace(audit, errors=(*audit.errors, str(error))))
    findings = (*audit.findings, *near_findings(near))
    return DeepCheck(dataclasses.replace(audit, findings=findings), near)


def _written(file: Path, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Path:
    with replaced(file) as stream:
        stream.write(written_rows([columns, *rows]).encode("utf-8"))
    return file
