"""What can be done with a finished bundle: judge it on new data, explain it, time it."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from kerasapps.config import UnknownClasses, choose
from kerasapps.deploy.manifest import Manifest, read_manifest
from kerasapps.deploy.runner import load_bundle
from kerasapps.errors import ConfigError
from kerasapps.export.artifact import Measurement
from kerasapps.export.files import size_of
from kerasapps.recipes.registry import Task, task_of
from kerasapps.room import TEMPORARY, telling_of_full_disks
from kerasapps.workflow.result import Explained, Figures


@telling_of_full_disks(advice=TEMPORARY)
def evaluate_bundle(
    bundle: Path | str,
    data: Any,
    *,
    artifact: str | None = None,
    max_broken: float = 0.05,
    image_column: str | None = None,
    text_column: str | None = None,
    label_column: str | None = None,
    unknown_classes: UnknownClasses | None = None,
    encoding: str | None = None,
    source_column: str | None = None,
    target_column: str | None = None,
    source_language: str | None = None,
    target_language: str | None = None,
    beam: int | None = None,
) -> Figures:
    """Figures of one of a bundle's files on examples whose answers are known, without TensorFlow.

    Args:
        bundle: the bundle or the output folder that holds it.
        data: any form that training takes. What was held out for testing is used where that is
            known: the data's own test split, or the one that training drew from this very data.
            Otherwise all of it is.
        artifact: name of the TFLite file; by default the smallest kind.
        max_broken: share of unreadable examples that is skipped before it is an error.
        image_column: pictures: column with their files; by default guessed, or as in training.
        text_column: texts: column with the texts; likewise.
        label_column: pictures and texts: column with the labels; likewise.
        encoding: texts and sentence pairs: of files of text; by default UTF-8, or guessed.
        unknown_classes: pictures and texts: "skip" leaves out examples of a class that the bundle
            does not know; by default they are an error.
        source_column: sentence pairs: column with the source; likewise.
        target_column: sentence pairs: column with the target; likewise.
        source_language: sentence pairs: which of the data's languages; by default the bundle's.
        target_language: sentence pairs: likewise.
        beam: sentence pairs: hypotheses that beam search keeps; by default as in training.

    Returns:
        The figures of the bundle's task: `ClassificationMetrics` or `TranslationMetrics`.

    Raises:
        BundleError: if the bundle cannot be used.
        ConfigError: if an option is given that is not for the bundle's task.
        DataError: if the data cannot be used, or has a class that the bundle does not know.
        DiskFullError: if there is no room for temporary files.
    """
    if unknown_classes is not None:
        choose(unknown_classes, get_args(UnknownClasses), what="unknown_classes")
    loaded = load_bundle(bundle, artifact)
    task = task_of(loaded.manifest)
    given = {
        "image_column": image_column,
        "text_column": text_column,
        "label_column": label_column,
        "encoding": encoding,
        "unknown_classes": unknown_classes,
        "source_column": source_column,
        "target_column": target_column,
        "source_language": source_language,
        "target_language": target_language,
        "beam": beam,
    }
    options = {name: value for name, value in given.items() if value is not None}
    _refuse_foreign(options, task, loaded.manifest)
    with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        return task.evaluate(
            loaded, data, options=options, max_broken=max_broken, scratch=Path(scratch)
        )


def _refuse_foreign(options: Mapping[str, Any], task: Task, manifest: Manifest) -> None:
    foreign = [name for name in options if name not in task.options]
    if foreign:
        raise ConfigError(
            f"{', '.join(foreign)} is not for {task.noun}, which {manifest.folder} is for; leave "
            "it out."
        )


def explain_text(
    bundle: Path | str, text: str, *, label: str | None = None, artifact: str | None = None
) -> Explained:
    """Why one of a bundle's TFLite files answers a text as it does.

    Args:
        bundle: the bundle or the output folder that holds it.
        text: what to classify or to translate.
        label: the label to explain; by default the likeliest. Translators have none.
        artifact: name of the TFLite file; by default the smallest kind.

    Returns:
        For a classifier which words of the text spoke for the label, as an `Explanation`; for a
        translator where it looked as it wrote each piece, as an `Alignment`.

    Raises:
        BundleError: if the bundle cannot be used, or is not one for texts.
        ConfigError: if it has no such label.
    """
    loaded = load_bundle(bundle, artifact)
    return task_of(loaded.manifest).explain(loaded, text, label=label)


@telling_of_full_disks(advice=TEMPORARY)
def benchmark_bundle(
    bundle: Path | str, *, artifacts: Sequence[str] = (), threads: int = 1
) -> dict[str, Measurement]:
    """Size, latency and memory of a bundle's files on this machine, each in a fresh process.

    Args:
        bundle: the bundle or the output folder that holds it.
        artifacts: names of TFLite files or `saved_model`; by default all that the bundle has.
        threads: threads that one inference may use; TFLite files only.

    Raises:
        BundleError: if the bundle cannot be used or has no such artifact.
        ExportError: if a file does not run.
        DiskFullError: if there is no room for temporary files.
    """
    manifest = read_manifest(bundle)
    names = artifacts or [each["name"] for each in manifest.artifacts if each["path"]]
    time = task_of(manifest).time
    found = {}
    with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        for name in names:
            path = manifest.folder / manifest.artifact(name)["path"]
            measured = time(manifest, path, threads=threads, folder=Path(scratch))
            found[name] = dataclasses.replace(measured, size_bytes=size_of(path))
    return found
