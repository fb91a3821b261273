"""Every network as lines of text, held against `architectures.txt`.

A bundle holds the weights of an architecture, which later versions load into what their builders
make: a builder may change on purpose only. `python -m tests.models.describe` writes the file anew.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras

from kerasapps.config import Architecture
from kerasapps.recipes.audio_classification import architectures as sounds
from kerasapps.recipes.image_classification import architectures as images
from kerasapps.recipes.registry import TASKS
from kerasapps.recipes.tabular import architectures as rows
from kerasapps.recipes.text_classification import architectures as texts
from kerasapps.recipes.translation import architectures as translators
from tests.models import (
    check_sound_model,
    check_tabular_model,
    check_text_model,
    check_translator,
)

FILE = Path(__file__).with_name("architectures.txt")

# Of Keras's own layers; those of kerasapps show all of their options.
_OPTIONS = (
    "activation",
    "axes",
    "axis",
    "data",
    "depth_multiplier",
    "epsilon",
    "filters",
    "function",
    "kernel_size",
    "momentum",
    "offset",
    "padding",
    "pool_size",
    "rate",
    "scale",
    "seed",
    "strides",
    "target_shape",
    "units",
    "use_bias",
)
_COMMON = ("dtype", "name", "trainable")


def builds() -> Mapping[str, Callable[[], keras.Model]]:
    """Title → builder: small and large pictures, texts, translations of two kinds."""

    def picture(name: str, side: int, classes: int, **options: Any) -> Callable[[], keras.Model]:
        shape = (side, side, 1 if side == 32 else 3)
        build = images.ARCHITECTURES.known[name].build
        return lambda: build(input_shape=shape, num_classes=classes, **options)

    builders: dict[str, Callable[[], keras.Model]] = {}
    for name in images.ARCHITECTURES.names:
        builders[f"{name} 32"] = picture(name, 32, 3, width=0.5)
        builders[f"{name} 224"] = picture(name, 224, 5)
    for name, text in texts.ARCHITECTURES.known.items():
        builders[name] = lambda text=text: text.build(check_text_model.SHAPE)
        wide = dataclasses.replace(check_text_model.SHAPE, width=1.0, depth=2.0)
        builders[f"{name} wide"] = lambda text=text, wide=wide: text.build(wide)
    for name, table in rows.ARCHITECTURES.known.items():
        builders[f"{name} of rows"] = lambda table=table: table.build(check_tabular_model.SHAPE)
    for name, sound in sounds.ARCHITECTURES.known.items():
        builders[f"{name} of sounds"] = lambda sound=sound: sound.build(check_sound_model.SHAPE)
    for name, network in translators.ARCHITECTURES.known.items():
        joint = dataclasses.replace(check_translator.SHAPE, width=0.5, depth=1.0)
        apart = dataclasses.replace(
            joint, joint=False, tied=False, norm="post", positions="learned", dropout=0.2
        )
        builders[f"{name} joint"] = lambda network=network, joint=joint: network.build(joint)
        if "transformer" in name:
            builders[f"{name} apart"] = lambda network=network, apart=apart: network.build(apart)
    return builders


def registry() -> list[str]:
    """One line a model: how it is trained where nobody says, and its builder's own numbers."""
    lines = []
    for architectures in (task.architectures for task in TASKS.values()):
        lines += [_registered(name, each) for name, each in architectures.known.items()]
        if architectures.preset is not None:
            lines.append(_registered("preset", architectures.preset))
    return lines


def _registered(name: str, architecture: Architecture) -> str:
    values = {
        field.name: getattr(architecture, field.name) for field in dataclasses.fields(architecture)
    }
    values |= {"space": architecture.space.__name__, "defaults": dict(architecture.defaults)}
    return " ".join([name, *(f"{key}={value}" for key, value in values.items())])


def known_sections() -> Mapping[str, list[str]]:
    """Title → its lines in the file."""
    sections = FILE.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    return {head.strip("[]"): lines for head, *lines in map(str.splitlines, sections)}


def check_architecture(title: str, model: keras.Model) -> None:
    """The network is the one that the file has under this title.

    Args:
        title: one of `builds()`.
        model: built so, right after `keras.utils.clear_session(free_memory=False)`, which numbers
            what has no name from 1.
    """
    assert describe(model) == known_sections()[title], f"{title}: see {Path(__file__).name}"


def describe(model: keras.Model) -> list[str]:
    """One line a layer, in the order of the network."""
    if not getattr(model, "_nodes", None):  # no graph: the parts of a model that calls them
        parts = model._flatten_layers(include_self=False, recursive=False)
        return sorted(_line(part) for part in parts)
    return [_line(layer) for layer in model.layers]


def _line(layer: Any) -> str:
    options = " ".join(f"{name}={value}" for name, value in _options(layer).items())
    shape = getattr(getattr(layer, "output", None), "shape", "") if layer._inbound_nodes else ""
    follows = ", ".join(_sources(layer))
    parts = [layer.name, type(layer).__name__, shape, f"weights={layer.count_params()}", options]
    return " ".join(str(part) for part in parts if part != "") + f" <- {follows}" * bool(follows)


def _options(layer: Any) -> dict[str, Any]:
    config = layer.get_config()
    ours = keras.saving.get_registered_name(type(layer)).startswith("kerasapps>")
    known = [name for name in config if name not in _COMMON and (ours or name in _OPTIONS)]
    return {name: config[name] for name in sorted(known)}


def _sources(layer: Any) -> list[str]:
    """Names of the layers whose outputs it gets."""
    nodes = layer._inbound_nodes[:1]
    return [parent.operation.name for node in nodes for parent in node.parent_nodes]


def _write() -> None:
    sections = ["\n".join(["[registry]", *registry()])]
    for title, build in builds().items():
        keras.utils.clear_session(free_memory=False)
        sections.append("\n".join([f"[{title}]", *describe(build())]))
    FILE.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write()
