"""The public functions that find a task by name: what can be done with bundles and searches."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from kerasapps.config import ExportConfig, TuneConfig, choose
from kerasapps.data.sources.forms import describe_source
from kerasapps.data.sources.there import require_place
from kerasapps.deploy.manifest import Manifest, read_manifest, steadily
from kerasapps.deploy.opening import Load, LoadedBundle, open_bundle
from kerasapps.deploy.own_bundle import OWN, load_own
from kerasapps.errors import ConfigError, DataError
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.export.further import time_fully
from kerasapps.files.paths import user_path
from kerasapps.files.room import TEMPORARY, telling_of_full_disks
from kerasapps.recipes.registry import asked_options, find_task, task_of
from kerasapps.targets.app import app_of
from kerasapps.targets.export import ExportedApp, write_app
from kerasapps.targets.registry import find_target
from kerasapps.terminal.doing import doing
from kerasapps.workflow.result import Showable
from kerasapps.workflow.runnable import runnable_files
from kerasapps.workflow.task import Task


def load_bundle(path: Path | str, artifact: str | None = None, *, threads: int = 1) -> LoadedBundle:
    """The bundle at `path`, its files checked against their SHA-256, ready to predict.

    Args:
        path: the bundle, or the output folder that holds it.
        artifact: `float32`, `float16`, `dynamic` or `int8`; by default the smallest kind of file
            that the bundle has.
        threads: threads that one inference may use.

    Returns:
        What answers: a `Bundle` with labels, a `LabelBundle` with sets of them, a
        `TranslationBundle` with translations, a `TagBundle` with entities, a `NumberBundle` with
        numbers, a `SeveralBundle` with several answers by name; of a network of your own that has
        no labels a `ValueBundle`, with what it gives.

    Raises:
        BundleError: if there is no bundle, a file was changed, it has no such artifact, or this
            version does not know its task.
    """
    return open_bundle(path, artifact, load=_loader, threads=threads)


def _loader(manifest: Manifest) -> Load:
    return load_own if manifest.task == OWN else task_of(manifest).finished.load


@telling_of_full_disks(advice=TEMPORARY)
def evaluate_bundle(
    bundle: Path | str,
    data: Any,
    *,
    artifact: str | None = None,
    max_broken: float = 0.05,
    foreign: Any = None,
    **options: Any,
) -> Showable:
    """Figures of one of a bundle's files on examples whose answers are known, without TensorFlow.

    Args:
        bundle: the bundle or the output folder that holds it.
        data: any form that training takes. What was held out for testing is used where that is
            known: the data's own test split, or the one that training drew from this very data.
            Otherwise all of it is.
        artifact: name of the TFLite file; by default the smallest kind.
        max_broken: share of unreadable examples that is skipped before it is an error.
        foreign: data of none of the bundle's classes, in any form that training takes, whatever
            their own labels are: how well they are told from `data` is judged too.
        options: what else the bundle's task asks for; each is named as in training, and None is as
            if it were left out. How data is read, by default guessed, or as in training:
            `image_column` and `label_column` of pictures; `text_column`, `label_column` and
            `encoding` of texts; `source_column`, `target_column`, `source_language`,
            `target_language` and `encoding` of sentence pairs. `unknown_classes` of classifiers:
            "skip" leaves out examples of a class that the bundle does not know, which by default
            are an error. `beam` of translators: hypotheses that it keeps, by default as trained.
            `attack` of pictures and texts, a radius such as "8/255", and `corruptions` of pictures:
            the Keras model and the file are judged under attacks, or noise, blur, JPEG and
            brightness, too, which takes an installation that trains.

    Returns:
        The figures of the bundle's answers, such as `ClassificationMetrics` or `TagMetrics`; under
        attacks and noise `RobustFigures`, which has these too.

    Raises:
        BundleError: if the bundle cannot be used.
        ConfigError: if there is no such option, or it is not for the bundle's task.
        DataError: if the data cannot be used, or has a class that the bundle does not know.
        DiskFullError: if there is no room for temporary files.
    """
    options = {name: value for name, value in options.items() if value is not None}
    _check_names(options)
    with doing(f"Loading {bundle}", lasting=False):
        loaded = load_bundle(bundle, artifact)
    task = task_of(loaded.manifest)
    _refuse_others(options, task, loaded.manifest)
    if foreign is not None:
        if not task.trusts:
            raise ConfigError(
                f"foreign is for classes, and {loaded.manifest.folder} answers {task.noun} "
                "otherwise: leave it out."
            )
        try:
            require_place(foreign)
        except DataError as error:
            raise DataError(f"foreign: {error}") from error
        options["foreign"] = foreign
    what = f"Judging {loaded.artifact} of {loaded.manifest.folder} on {describe_source(data)}"
    with doing(what), tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        return task.finished.evaluate(
            loaded, data, options=options, max_broken=max_broken, scratch=Path(scratch)
        )


def _check_names(options: Mapping[str, Any]) -> None:
    known = asked_options("evaluate")
    for name, value in options.items():
        config = known[choose(name, known, what="The option")]
        choices = next(each for each in fields(config) if each.name == name).metadata["choices"]
        if choices:
            choose(value, choices, what=name)


def _refuse_others(options: Mapping[str, Any], task: Task, manifest: Manifest) -> None:
    foreign = [name for name in options if name not in task.asked("evaluate")]
    if foreign:
        raise ConfigError(
            f"{', '.join(foreign)} is not for {task.noun}, which {manifest.folder} is for; leave "
            "it out."
        )


@telling_of_full_disks(advice=TEMPORARY)
def benchmark_bundle(
    bundle: Path | str, *, artifacts: Sequence[str] = (), threads: int = 1, quick: bool = False
) -> dict[str, Measurement]:
    """How fast a bundle's files are on this machine, and how large, each in a fresh process.

    Args:
        bundle: the bundle or the output folder that holds it.
        artifacts: names of files; by default all that run here.
        threads: threads that one inference may use; not of a SavedModel.
        quick: no `per_second`, `compiled` and `gpu` (see `Measurement`).

    Raises:
        BundleError: if the bundle cannot be used or has no such artifact.
        DependencyError: if a file is asked for whose runtime is missing.
        ExportError: if a file does not run.
        DiskFullError: if there is no room for temporary files.
    """
    manifest = read_manifest(bundle)
    timing = functools.partial(task_of(manifest).finished.timing, manifest, threads=threads)
    timed = {}
    with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        for name, path in runnable_files(manifest, artifacts).items():
            with doing(f"Timing {name}"):
                timed[name] = time_fully(path, timing, Path(scratch), quick=quick)
    return timed


def export_app(
    bundle: Path | str,
    *,
    target: str,
    output: Path | str,
    artifact: str | None = None,
    runtime: Path | str | None = None,
) -> ExportedApp:
    """Writes an app of a bundle: a folder of source that runs the model elsewhere; no TensorFlow.

    Args:
        bundle: the bundle or the output folder that holds it.
        target: `web`, a page; `android` or `ios`, a project of Android Studio or Xcode.
        output: the app's folder. What an earlier export left there is replaced, whole; anything
            else is refused.
        artifact: name of the TFLite file that it runs; by default the one that `load_bundle` takes.
        runtime: folder or archive with the runtime that the app brings, for a machine without
            network; by default it is fetched once, and kept in the user's cache.

    Returns:
        What was written, and what to do with it.

    Raises:
        BundleError: if there is no bundle, a file was changed, it has no such artifact, or there is
            no such app for it.
        ConfigError: for an unknown target, or an output folder that holds something else.
        DependencyError: if the runtime cannot be had.
    """
    place = None if runtime is None else user_path(runtime, what="The runtime")
    find_target(target)

    def write(manifest: Manifest) -> ExportedApp:
        app = app_of(
            manifest,
            metric=None if manifest.task == OWN else task_of(manifest).answer_of(manifest).metric,
            artifact=artifact,
            runtime=place,
        )
        return write_app(app, target=target, output=output)

    return steadily(bundle, write)


def export_bundle(
    bundle: Path | str,
    data: Any = None,
    *,
    export: ExportConfig = ExportConfig(),
    code: Sequence[Path | str] = (),
) -> tuple[Artifact, ...]:
    """Adds files to a bundle, judged on the same held-out examples as those it has.

    The bundle is replaced as a whole once the new files are judged; a file of the same name gives
    way to the new one.

    Args:
        bundle: the bundle or the output folder that holds it.
        data: the data that the bundle was trained on; by default what its manifest names.
        export: which files, and the tolerance that each must keep.
        code: Python files whose import registers layers of your own, where the network has such
            and nobody imported them yet.

    Returns:
        The artifacts that were asked for, with their paths in the bundle.

    Raises:
        BundleError: if the bundle cannot be used, or has layers that nobody registered.
        DependencyError: if what training takes is not installed.
        ConfigError: if a file of `code` cannot be imported.
        DataError: if the data is gone or is not what the bundle was trained on.
        TrainingError: if another process trains or exports there, or nothing can be written.
        DiskFullError: if there is no room; the bundle is as it was.
    """
    from kerasapps.workflow.bundle_export import add_files

    return add_files(bundle, data, find=task_of, export=export, code=code)


def join_search(
    task: str,
    data: Any,
    *,
    tune: TuneConfig,
    work_dir: Path | str | None = None,
    **options: Any,
) -> int:
    """Tries configurations for a search whose chief is another machine, until it is over.

    The data and all options must be those of the chief; the chief refuses others by name. Only how
    the work is done may differ: `workers`, `worker_cores` and the limits of a trial.

    Args:
        task: name of the recipe, such as "image_classification".
        data: any form that the recipe takes; the same data, wherever it lies on this machine.
        tune: as the chief's, with `role="worker"` and the chief's address.
        work_dir: scratch space, where the trials' logs stay; by default a temporary folder.
        options: the other options of the recipe: `model`, `load`, `train`, `export` and the task's
            own.

    Returns:
        How many trials this machine did.

    Raises:
        DataError: if the data cannot be used.
        ConfigError: if an option cannot work.
        DependencyError: if what training takes is not installed.
        TrainingError: if the chief does not answer, goes, or has other data or options.
        DiskFullError: if there is no room.
    """
    from kerasapps.workflow.search.join import help_search

    return help_search(find_task(task), data, tune=tune, work_dir=work_dir, **options)
