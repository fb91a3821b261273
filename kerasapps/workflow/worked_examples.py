"""A few examples that travel with a bundle, by which whoever runs it elsewhere checks himself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kerasapps.data.splits import Splits
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.worked import EXAMPLES_FILE
from kerasapps.errors import BundleError
from kerasapps.export.artifact import Artifact
from kerasapps.process.quiet import silence
from kerasapps.terminal.streams import tell
from kerasapps.workflow.judging import Judged, Judging
from kerasapps.workflow.task import Task

MOST_BYTES = 50_000  # of the file; pictures beside it have as much again


def open_split(splits: Splits[Any]) -> tuple[str, Any]:
    """The split that samples are taken from: what nothing is judged on."""
    if splits.judged_on == "test" and len(splits.validation):
        return "validation", splits.validation
    return "training", splits.train


def with_examples(settings: Mapping[str, Any]) -> bool:
    """Whether a run's settings want samples in its bundle; older ones do not object."""
    return settings.get("export", {}).get("examples", True) is not False


def tell_examples(bundle: Path) -> None:
    """Says that a bundle has samples, whom it may be given to being for the user to know."""
    if (bundle / EXAMPLES_FILE).is_file():
        tell(
            f"A few examples of the data are in the bundle ({EXAMPLES_FILE}); "
            "ExportConfig.examples=False leaves them out"
        )


def write_examples(
    task: Task,
    judged: Judged,
    judging: Judging,
    artifacts: Sequence[Artifact],
    folder: Path,
    *,
    settings: Mapping[str, Any],
) -> str:
    """Writes samples, what preparing them gives and what each file that passed answers.

    Args:
        task: loads the files.
        judged: the network that they are made of.
        judging: has the examples.
        artifacts: with their paths in the folder.
        folder: of a bundle that is whole but for its documents and its manifest.
        settings: of the run.

    Returns:
        What was written, in words; empty where no TFLite file passed.
    """
    files = {
        each.name: folder / each.path
        for each in artifacts
        if each.passed and each.path is not None and each.path.suffix == ".tflite"
    }
    if not files:
        return ""
    split, examples = open_split(judging.splits)
    samples = judging.samples(examples, folder)
    manifest = _unwritten(task, judged, judging, folder, settings)
    worked: list[dict[str, Any]] = [{"input": each.shown, "answers": {}} for each in samples]
    with silence():  # of the interpreter's delegates
        for name, path in files.items():
            bundle = task.finished.load(manifest, path, artifact=name, threads=1)
            for sample, said in zip(samples, worked, strict=True):
                try:
                    said["prepared"], said["answers"][name] = bundle.worked(sample.raw)
                except BundleError:  # steps too coarse to say anything of this one
                    continue
    text = _within(worked, split)
    (folder / EXAMPLES_FILE).write_text(text, encoding="utf-8")
    return f"{len(samples)} of the {split} data, with the answers of each file ({EXAMPLES_FILE})"


def _within(worked: list[dict[str, Any]], split: str) -> str:
    """As JSON, without the last ones of examples that are very large."""
    while True:
        values = {"split": split, "examples": worked}
        text = json.dumps(values, indent=1, ensure_ascii=False) + "\n"
        if len(text.encode()) <= MOST_BYTES or len(worked) <= 1:
            return text
        worked = worked[:-1]


def _unwritten(
    task: Task, judged: Judged, judging: Judging, folder: Path, settings: Mapping[str, Any]
) -> Manifest:
    """The manifest of a bundle that has none yet, as far as its files are loaded by it."""
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return Manifest(
        folder=folder,
        task=task.name,
        labels=tuple(judging.splits.labels),
        input=json.loads(json.dumps(judging.spec)),
        metrics={},
        artifacts=(),
        files=dict.fromkeys(files, ""),
        data={},
        settings=settings,
        history={},
        environment={},
        preprocessing=json.loads(json.dumps(judging.preprocessing)),
        answer=json.loads(json.dumps(judging.answering(judged))),
    )
