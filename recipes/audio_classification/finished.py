"""What can be done with a bundle for sounds; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.schema import TaskRules
from kerasapps.deploy.sounds import SoundReader
from kerasapps.preprocess.sounds.spec import SoundSpec
from kerasapps.recipes.answering import AnyBundle, load_answering
from kerasapps.recipes.audio_classification.bundle import BUNDLES, SoundSeveralBundle
from kerasapps.recipes.audio_classification.explain import explain_sound as explain
from kerasapps.recipes.audio_classification.predicting import sound_answers as answers
from kerasapps.recipes.audio_classification.task import TASK
from kerasapps.recipes.evaluating import evaluate_answers

if TYPE_CHECKING:
    from kerasapps.export.artifact import Measurement
    from kerasapps.workflow.result import Showable

__all__ = ["RULES", "answers", "evaluate", "explain", "load", "timing"]

RULES = TaskRules(section=TASK.section, input=SoundSpec.from_dict, classes=True)


def load(manifest: Manifest, path: Path, *, artifact: str, threads: int = 1) -> AnyBundle:
    """A bundle with one of its files loaded, of the class that its answers need."""
    return load_answering(
        manifest,
        path,
        artifact=artifact,
        threads=threads,
        reader=SoundReader(manifest),
        load=load,
        bundles=BUNDLES,
        several=SoundSeveralBundle,
    )


def evaluate(
    bundle: AnyBundle, data: Any, *, options: Mapping[str, Any], max_broken: float, scratch: Path
) -> Showable:
    """Figures on sounds whose answers are known."""
    trained = bundle.manifest.settings[TASK.section]
    return evaluate_answers(
        TASK,
        bundle,
        data,
        options=options,
        max_broken=max_broken,
        scratch=scratch,
        usual={name: tuple(trained[name]) for name in ("unknown", "wanted") if trained.get(name)},
    )


def timing(
    manifest: Manifest, model: Path, *, threads: int, folder: Path, callers: Sequence[int] = ()
) -> Measurement:
    """Latency and memory of one file; see `time_file`."""
    from kerasapps.outputs.timing import time_file

    reader = SoundReader(manifest)
    return time_file(model, reader=reader, threads=threads, folder=folder, callers=callers)
