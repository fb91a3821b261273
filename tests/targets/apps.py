"""Apps of bundles that nobody trained: what an app is made of, with files of a line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kerasapps.config import kinds
from kerasapps.deploy.manifest import Manifest
from kerasapps.preprocess.image import ImageSpec
from kerasapps.targets.app import App

MODEL = b"a network"
CLASSES = {"kind": kinds.CLASSES, "labels_file": "labels.txt", "uint8_divisor": 256}
PICTURE = ImageSpec(8, 6, 3).explained()


def tensor(name: str, *shape: int, dtype: str = "float32") -> dict[str, Any]:
    """As a manifest describes it."""
    return {"name": name, "shape": list(shape), "dtype": dtype, "scale": None, "zero_point": None}


def signature(
    *inputs: dict[str, Any], outputs: tuple[dict[str, Any], ...] = (), name: str = "serving_default"
) -> dict[str, Any]:
    """Of one output, two scores, where none is given."""
    return {"name": name, "inputs": [*inputs], "outputs": [*outputs] or [tensor("scores", 1, 2)]}


def planted_app(
    folder: Path,
    *signatures: Mapping[str, Any],
    preprocessing: Mapping[str, Any] = PICTURE,
    answer: Mapping[str, Any] = CLASSES,
    run: str = "shapes-cnn",
    files: Mapping[str, bytes] = {},
) -> App:
    """An app of a bundle in `folder`, whose files are those, a model and labels."""
    folder.mkdir(parents=True)
    written = {"model_int8.tflite": MODEL, "labels.txt": b"no\nyes\n", **files}
    for name, content in written.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    runtime = {"format": "tflite", "min_runtime_version": "2.0.0", "signatures": [*signatures]}
    artifact = {"name": "int8", "path": "model_int8.tflite", "runtime": runtime}
    manifest = Manifest(
        task="some_task",
        labels=("no", "yes"),
        input={},
        metrics={},
        data={"source": "a secret place"},
        settings={"run": run},
        history={"rows": []},
        environment={},
        artifacts=(artifact,),
        files=dict.fromkeys(written, ""),
        folder=folder,
        preprocessing=preprocessing,
        answer=answer,
    )
    return App(
        manifest=manifest,
        artifact=artifact,
        model=folder / artifact["path"],
        preprocessing=preprocessing,
        answer=answer,
    )
