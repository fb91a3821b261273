"""Installations that are broken on purpose."""

from __future__ import annotations

import pytest

from kerasapps.doctor import parts
from kerasapps.doctor.parts import (
    backend_findings,
    clashes,
    installation_finding,
    part_finding,
    parts_looked_at,
    python_finding,
)
from kerasapps.process.imports import ImportResult

SOUND = {
    "tensorflow": "2.21.0",
    "keras": "3.15.1",
    "keras-hub": "0.32.0",
    "keras-tuner": "1.4.8",
    "tensorboard": "2.21.0",
    "tensorflow-text": None,
    "keras-nlp": None,
    "tf-keras": None,
}


def only(findings):
    (finding,) = findings
    return finding


def test_a_missing_part_is_a_problem_with_its_remedy():
    finding = part_finding("keras-hub", None, {})
    assert (finding.level, finding.remedy) == ("problem", "pip install keras-hub")
    assert (finding.name, finding.value) == ("KerasHub", "not installed")


def test_a_light_installation_is_sound_and_says_what_it_lacks():
    versions = {**dict.fromkeys(parts.PARTS), "numpy": "2.4", "jinja2": "3.1"}
    looked_at = parts_looked_at(versions, light=True)
    assert looked_at == ("numpy", "ai-edge-litert", "sentencepiece", "pillow", "jinja2")
    assert parts_looked_at(versions, light=False) == tuple(parts.PARTS)
    finding = installation_finding(versions, light=True)
    assert finding.level == "ok" and "lacks TensorFlow, Keras, KerasHub" in finding.value
    assert finding.value.endswith("pip install 'kerasapps[train]'") and "Jinja" not in finding.value
    assert installation_finding(versions, light=False).value == "trains and runs bundles"


def test_a_distribution_that_is_not_there_has_no_version(monkeypatch):
    monkeypatch.setitem(parts.PARTS, "no-such-part", ("No such part", "no_such_part"))
    versions = parts.installed_versions()
    assert versions["no-such-part"] is None
    assert versions["numpy"] is not None


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (
            "ValueError: numpy.dtype size changed, may indicate binary incompatibility",
            "NumPy and tensorflow do not fit each other",
        ),
        (
            "ModuleNotFoundError: No module named 'wrapt.decorators'",
            "pip install --upgrade tensorflow wrapt",
        ),
        ("the interpreter was killed by SIGILL", "pip install --force-reinstall tensorflow"),
    ],
)
def test_a_part_that_does_not_import_is_a_problem(error, remedy):
    finding = part_finding("tensorflow", "2.21.0", {"tensorflow": ImportResult(error)})
    assert finding.level == "problem"
    assert error in finding.value
    assert remedy in finding.remedy


def test_sound_versions_do_not_clash():
    assert clashes(SOUND, {}) == ()
    assert clashes(SOUND, {"KERAS_BACKEND": "tensorflow", "TF_USE_LEGACY_KERAS": "0"}) == ()


@pytest.mark.parametrize(
    ("versions", "environment", "name", "remedy"),
    [
        ({"tensorflow-text": "2.21.0"}, {}, "tensorflow-text", "tensorflow-text>=2.21.1"),
        ({"tensorflow-text": "2.20.1"}, {}, "tensorflow-text", "tensorflow-text==2.21.*"),
        ({"keras-nlp": "0.14.0"}, {}, "keras-nlp", "pip uninstall keras-nlp"),
        ({"keras": "2.15.0"}, {}, "Keras version", "keras>=3"),
        ({"tensorboard": None}, {}, "tensorboard", "pip install tensorboard"),
        ({}, {"KERAS_BACKEND": "jax"}, "KERAS_BACKEND", "unset KERAS_BACKEND"),
        ({}, {"TF_USE_LEGACY_KERAS": "True"}, "TF_USE_LEGACY_KERAS", "unset TF_USE_LEGACY_KERAS"),
    ],
)
def test_known_bad_pairs(versions, environment, name, remedy):
    finding = only(clashes({**SOUND, **versions}, environment))
    assert (finding.name, finding.level) == (name, "problem")
    assert remedy in finding.remedy


def test_harmless_company_is_not_a_problem():
    assert only(clashes({**SOUND, "tensorflow-text": "2.21.1"}, {})).level == "ok"
    assert only(clashes({**SOUND, "tf-keras": "2.21.0"}, {})).level == "note"


@pytest.mark.parametrize(
    ("version", "level"),
    [
        ((3, 10), "problem"),
        ((3, 11), "ok"),
        ((3, 13), "ok"),
        ((3, 14), "problem"),
    ],
)
def test_python_versions(version, level):
    assert python_finding(version).level == level


def test_another_backend_from_the_settings_file_is_a_problem():
    assert only(backend_findings({"keras": ImportResult(detail="jax")})).level == "problem"
    assert backend_findings({"keras": ImportResult("broken")}) == ()
