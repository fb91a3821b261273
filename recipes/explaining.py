"""The public functions that say why a bundle answers as it does, of whatever task it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.config.explaining import ExplainConfig
from kerasapps.deploy.manifest import Manifest, read_manifest
from kerasapps.errors import BundleError, ConfigError
from kerasapps.outputs.several.bundle import SeveralBundle
from kerasapps.recipes.bundles import load_bundle
from kerasapps.recipes.registry import TASKS, task_of
from kerasapps.workflow.inputs import refuse_name
from kerasapps.workflow.result import Showable
from kerasapps.workflow.task import Task

_ASKS_AS_IT_MUST = ("occlusion", "attention")
_TEXT = "text"  # as `Phrases.explains` has it


def explain_bundle(
    bundle: Path | str,
    value: Any,
    *,
    label: str | None = None,
    target: str | None = None,
    artifact: str | None = None,
    explain: ExplainConfig = ExplainConfig(),
) -> Showable:
    """Why one of a bundle's TFLite files answers an input as it does.

    Args:
        bundle: the bundle or the output folder that holds it.
        value: what to answer: a picture, a text, a row of a table or a sound, as the bundle's task
            takes it.
        label: the label to explain; by default the likeliest. Numbers and translators have none.
        target: of a bundle with several answers the one to explain; by default the first.
        artifact: name of the TFLite file; by default the smallest kind.
        explain: the method, how much it tries; of pictures a layer to look into.

    Returns:
        Of a picture where it is from, as a `PictureExplanation`, or what a layer makes of it; of a
        text which words spoke for the label, as an `Explanation`; of a row which columns did, as a
        `RowExplanation`; of a sound which moments and pitches, as a `SoundExplanation`; of a
        translator where it looked as it wrote each piece, as an `Alignment`.

    Raises:
        BundleError: if the bundle cannot be used, or its task explains nothing.
        ConfigError: if it has no such label, answer or layer, the method is not for its task, or
            the text is the name of a file.
        DependencyError: if the method needs what is not installed.
    """
    check_explaining(read_manifest(bundle), explain)
    loaded: Any = load_bundle(bundle, artifact)
    task = _explained_task(loaded.manifest)
    if task.phrases.explains == _TEXT and isinstance(value, str):
        refuse_name(value, "Give the text itself.")
    if isinstance(loaded, SeveralBundle):
        loaded = loaded.part(target)
    elif target is not None:
        raise ConfigError(f"target: {loaded.manifest.folder} gives one answer; leave target out.")
    return task.finished.explain(loaded, value, label=label, how=explain)


def check_explaining(manifest: Manifest, explain: ExplainConfig, *, save: str = "") -> None:
    """Refuses what cannot be explained, or not so, before anything is loaded.

    Args:
        manifest: of the bundle.
        explain: how it is to be explained.
        save: the option that has what is shown saved as a picture, if it was given.

    Raises:
        BundleError: if the bundle's task explains nothing.
        ConfigError: if the task lacks the method, or what the option asks for.
    """
    task = _explained_task(manifest)
    methods = task.phrases.methods
    if explain.method is not None and explain.method not in methods:
        raise ConfigError(
            f"ExplainConfig.method {explain.method!r} is not for {task.noun}, which "
            f"{manifest.folder} is for. Known: {', '.join(methods)}."
        )
    if explain.samples is not None and (explain.method or methods[0]) in _ASKS_AS_IT_MUST:
        raise ConfigError(
            f"ExplainConfig.samples is for methods that draw, and {explain.method or methods[0]} "
            "asks as often as there are parts; leave it out."
        )
    if explain.layer is not None and not task.phrases.has_layers:
        raise ConfigError(
            f"ExplainConfig.layer is for pictures, and {manifest.folder} is for {task.noun}; "
            "leave it out."
        )
    if save and not task.phrases.draws:
        raise ConfigError(
            f"{save} writes a picture, and {task.noun} are explained in words; leave it out."
        )


def _explained_task(manifest: Manifest) -> Task:
    task = task_of(manifest)
    if not task.phrases.explains:
        tasks = sorted(TASKS.values(), key=lambda each: each.noun)
        *known, last = dict.fromkeys(each.noun for each in tasks if each.phrases.explains)
        raise BundleError(
            f"{manifest.folder} is for {task.noun}; only {', '.join(known)} and {last} are "
            "explained."
        )
    return task


def explain_text(
    bundle: Path | str,
    text: str,
    *,
    label: str | None = None,
    target: str | None = None,
    artifact: str | None = None,
    explain: ExplainConfig = ExplainConfig(),
) -> Showable:
    """Why one of a bundle's TFLite files answers a text as it does; see `explain_bundle`."""
    return explain_bundle(
        bundle, text, label=label, target=target, artifact=artifact, explain=explain
    )
