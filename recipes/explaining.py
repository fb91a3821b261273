"""The public functions that say why a bundle answers as it does, of whatever task it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.errors import BundleError, ConfigError
from kerasapps.outputs.several.bundle import SeveralBundle
from kerasapps.recipes.bundles import load_bundle
from kerasapps.recipes.registry import TASKS, task_of
from kerasapps.workflow.result import Showable


def explain_bundle(
    bundle: Path | str,
    value: Any,
    *,
    label: str | None = None,
    target: str | None = None,
    artifact: str | None = None,
) -> Showable:
    """Why one of a bundle's TFLite files answers an input as it does.

    Args:
        bundle: the bundle or the output folder that holds it.
        value: what to answer: a text, a row of a table or a sound, as the bundle's task takes it.
        label: the label to explain; by default the likeliest. Numbers and translators have none.
        target: of a bundle with several answers the one to explain; by default the first.
        artifact: name of the TFLite file; by default the smallest kind.

    Returns:
        Of a text which words spoke for the label, as an `Explanation`; of a row which columns did,
        as a `RowExplanation`; of a sound which moments and pitches, as a `SoundExplanation`; of a
        translator where it looked as it wrote each piece, as an `Alignment`.

    Raises:
        BundleError: if the bundle cannot be used, or its task explains nothing.
        ConfigError: if it has no such label or answer.
    """
    loaded: Any = load_bundle(bundle, artifact)
    task = task_of(loaded.manifest)
    if not task.phrases.explains:
        tasks = sorted(TASKS.values(), key=lambda each: each.noun)
        *known, last = dict.fromkeys(each.noun for each in tasks if each.phrases.explains)
        raise BundleError(
            f"{loaded.manifest.folder} is for {task.noun}; only {', '.join(known)} and {last} are "
            "explained."
        )
    if isinstance(loaded, SeveralBundle):
        loaded = loaded.part(target)
    elif target is not None:
        raise ConfigError(f"target: {loaded.manifest.folder} gives one answer; leave target out.")
    return task.finished.explain(loaded, value, label=label)


def explain_text(
    bundle: Path | str,
    text: str,
    *,
    label: str | None = None,
    target: str | None = None,
    artifact: str | None = None,
) -> Showable:
    """Why one of a bundle's TFLite files answers a text as it does; see `explain_bundle`."""
    return explain_bundle(bundle, text, label=label, target=target, artifact=artifact)
