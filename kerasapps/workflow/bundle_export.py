"""Files added to a finished bundle, which is replaced as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasapps.config import ExportConfig
from kerasapps.config.export import AUTO
from kerasapps.data.sources.there import require_place
from kerasapps.deploy.manifest import FILE_NAME, KERAS_FILE, Manifest, find_bundle, read_manifest
from kerasapps.errors import BundleError, DataError, KerasAppsError
from kerasapps.export.artifact import Artifact
from kerasapps.files.room import is_out_of_space, telling_of_full_disks
from kerasapps.process.quiet import without_tracing_warnings
from kerasapps.process.training_stack import require_training
from kerasapps.process.user_code import code_files, imported_file
from kerasapps.terminal.doing import doing
from kerasapps.workflow.compress import compress_of
from kerasapps.workflow.extension import finished_network
from kerasapps.workflow.folder import held_bundle, in_its_place
from kerasapps.workflow.options import options_of
from kerasapps.workflow.settings import data_of
from kerasapps.workflow.task import Task

if TYPE_CHECKING:
    import keras

    from kerasapps.evaluation.robustness import Robustness
    from kerasapps.training import History
    from kerasapps.workflow.judging import Judged, Judging


@without_tracing_warnings()
def add_files(
    bundle: Path | str,
    data: Any = None,
    *,
    find: Callable[[Manifest], Task],
    export: ExportConfig = ExportConfig(),
    code: Sequence[Path | str] = (),
) -> tuple[Artifact, ...]:
    """The public `export_bundle`; `find` gives the task that a bundle is for."""
    require_training("Adding files to a bundle")
    files = code_files(code, option="code")
    folder = find_bundle(bundle)
    with telling_of_full_disks(folder), held_bundle(folder):
        manifest = read_manifest(folder)
        task = find(manifest)
        options_of(task, manifest)
        data = data_of(manifest.data["source"]) if data is None else data
        with _naming_the_option():
            require_place(data)
        for file in files:
            imported_file(file)
        with in_its_place(folder, "export") as work:
            return _export(task, manifest, data, export, work)


def _export(
    task: Task, manifest: Manifest, data: Any, export: ExportConfig, work: Path
) -> tuple[Artifact, ...]:
    from kerasapps.export.bundle import write_bundle
    from kerasapps.workflow.better_int8 import tell_replaced
    from kerasapps.workflow.documents import describe_bundle
    from kerasapps.workflow.ship import export_and_verify
    from kerasapps.workflow.worked_examples import tell_examples, with_examples

    # What is off in the bundle shows before the data are read.
    with doing(f"Loading {manifest.folder / KERAS_FILE}"):
        network = finished_network(manifest)
    history, artifacts = _history(manifest), _artifacts(manifest)
    with _naming_the_option(), doing(f"Preparing {task.noun}"):
        judging = task.training.reload(manifest, data, work)
    if judging.splits.fingerprint != manifest.data["fingerprint"]:
        raise DataError(
            f"{judging.splits.audit.source} is not the data that {manifest.folder} was trained on "
            "(its fingerprint differs), so what is held out of it may have been trained on. Give "
            "that data."
        )
    judging = _with_unlabelled(manifest, judging)
    with doing(f"Judging on the {judging.splits.judged_on} split"):
        judged = _judge_again(manifest, network, judging)
    seed = manifest.settings["train"]["seed"]
    new = export_and_verify(judged, judging, config=export, seed=seed, folder=work / "export")
    tell_replaced(artifacts, new)
    if compress_of(options_of(task, manifest)).prune_share is not None:
        new = tuple(each.compressed() for each in new)
    # A file that was there keeps its place.
    every = {each.name: each for each in (*_without_ladder(artifacts, new), *new)}
    with doing("Writing report and bundle"):
        content = describe_bundle(
            task,
            judged,
            judging,
            history=history,
            settings=manifest.settings,
            environment=manifest.environment,
            place=manifest.folder,
            # Whoever left them out of the bundle need not say so again.
            examples=export.examples and with_examples(manifest.settings),
            robustness=_robustness(manifest, new),
            **_repeated(manifest, judging),
        )
        placed = write_bundle(content, [*every.values()], target=manifest.folder)
    tell_examples(manifest.folder)
    names = {artifact.name for artifact in new}
    return tuple(artifact for artifact in placed if artifact.name in names)


@contextmanager
def _naming_the_option() -> Iterator[None]:
    """Data that cannot be read may have moved since: it says where their place is given."""
    try:
        yield
    except DataError as error:
        raise DataError(
            f"{error}\nThe bundle's own training data is needed: give its place with --data."
        ) from error


def _with_unlabelled(manifest: Manifest, judging: Any) -> Any:
    """The judging, whose audit says again what networks said of examples without labels."""
    from kerasapps.workflow.self_training.section import KEY, with_told

    try:
        splits = with_told(judging.splits, manifest.data.get(KEY))
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise _unknown_fields(manifest, f"data.{KEY}", error) from error
    return judging if splits is judging.splits else replace(judging, splits=splits)


def _robustness(manifest: Manifest, new: Sequence[Artifact]) -> Robustness | None:
    """What was measured of the files that stay; of new ones nothing was."""
    from kerasapps.evaluation.robustness import Robustness
    from kerasapps.workflow.documents import ROBUSTNESS

    values = manifest.metrics.get(ROBUSTNESS)
    if values is None:
        return None
    return Robustness.from_dict(values).without({each.name for each in new})


def _without_ladder(artifacts: Sequence[Artifact], new: Sequence[Artifact]) -> list[Artifact]:
    """Files that were there; a new choice takes the place of what an older one said."""
    if all(each.ladder is None for each in new):
        return [*artifacts]
    return [replace(each, ladder=None) for each in artifacts if each.name != AUTO]


def _judge_again(manifest: Manifest, network: keras.Model, judging: Judging) -> Judged:
    """The network's answers on the test split."""
    try:
        return judging.judge(network)
    except KerasAppsError:
        raise
    except Exception as error:
        if is_out_of_space(error):
            raise
        # Whatever Keras and TensorFlow raise, the model takes and gives something else.
        file = manifest.folder / KERAS_FILE
        raise BundleError(f"{file} does not answer as the bundle says: {error}") from error


def _history(manifest: Manifest) -> History:
    from kerasapps.training import History

    try:
        history = History.from_dict(manifest.history)
        history.best  # noqa: B018
    except (TypeError, AttributeError, StopIteration) as error:
        raise _unknown_fields(manifest, "history", error) from error
    return history


def _repeated(manifest: Manifest, judging: Judging) -> dict[str, Any]:
    """What folds and an ensemble came to, as `describe_bundle` takes it."""
    from kerasapps.workflow.ensemble.figures import Ensemble
    from kerasapps.workflow.folds.figures import CrossValidated

    metric = judging.answer.metric
    made = {"folds": CrossValidated.from_dict, "ensemble": Ensemble.from_dict}
    told = {name: getattr(manifest, name) for name in made}
    try:
        return {name: made[name](values, metric) for name, values in told.items() if values}
    except (TypeError, KeyError, AttributeError) as error:
        raise _unknown_fields(manifest, "folds or an ensemble", error) from error


def _artifacts(manifest: Manifest) -> list[Artifact]:
    try:
        return [
            Artifact.from_dict({**each, "path": each["path"] and manifest.folder / each["path"]})
            for each in manifest.artifacts
        ]
    except TypeError as error:
        raise _unknown_fields(manifest, "artifacts", error) from error


def _unknown_fields(manifest: Manifest, part: str, error: Exception) -> BundleError:
    return BundleError(
        f"{manifest.folder / FILE_NAME} has {part} that this version does not take: {error}"
    )
