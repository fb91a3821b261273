"""The packages that kerasapps is made of: which are here, which do not fit each other."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import sys
from collections.abc import Mapping

from kerasapps.doctor.finding import Finding
from kerasapps.process.imports import ImportResult
from kerasapps.process.training_stack import INSTALL

# distribution -> (name shown, module that must import)
PARTS: Mapping[str, tuple[str, str]] = {
    "numpy": ("NumPy", "numpy"),
    "tensorflow": ("TensorFlow", "tensorflow"),
    "keras": ("Keras", "keras"),
    "keras-hub": ("KerasHub", "keras_hub"),
    "keras-tuner": ("KerasTuner", "keras_tuner"),
    "ai-edge-litert": ("LiteRT", "ai_edge_litert.interpreter"),
    "sentencepiece": ("SentencePiece", "sentencepiece"),
    "tensorflow-datasets": ("TensorFlow Datasets", "tensorflow_datasets"),
    "scikit-learn": ("scikit-learn", "sklearn"),
    "pillow": ("Pillow", "PIL.Image"),
    "matplotlib": ("Matplotlib", "matplotlib"),
    "jinja2": ("Jinja", "jinja2"),
}
_RUNNING = ("numpy", "ai-edge-litert", "sentencepiece", "pillow")
"""What runs bundles; the other parts train them."""
_OTHER_NAMES = {"tensorflow": ("tensorflow-cpu", "tensorflow-macos", "tf-nightly")}
_CLASHING = ("tensorflow-text", "keras-nlp", "tf-keras", "tensorboard")
_OLDEST_PYTHON, _NEWEST_PYTHON = (3, 11), (3, 13)


def installed_versions() -> dict[str, str | None]:
    """The version of every part and of what may clash with one; None where not installed."""
    return {name: version_of(name) for name in (*PARTS, *_CLASHING)}


def version_of(name: str) -> str | None:
    """The version of a distribution, by its own name or another; None where not installed."""
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


def parts_looked_at(versions: Mapping[str, str | None], *, light: bool) -> tuple[str, ...]:
    """The parts that should be here, and of a light installation those that are here anyway."""
    return tuple(
        name for name in PARTS if not light or name in _RUNNING or versions[name] is not None
    )


def installation_finding(versions: Mapping[str, str | None], *, light: bool) -> Finding:
    """What this installation can do, and what it lacks for training where it cannot train."""
    if not light:
        return Finding("Installation", "trains and runs bundles")
    lacking = [shown for name, (shown, _) in PARTS.items() if versions[name] is None]
    return Finding(
        "Installation",
        f"light: runs bundles. To train it lacks {', '.join(lacking)}: {INSTALL}",
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
