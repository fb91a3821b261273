"""The doctor: this installation."""

from __future__ import annotations

import subprocess
import sys

from kerasapps.doctor import examine


def test_this_installation_is_sound():
    findings = {finding.name: finding for finding in examine()}
    problems = [finding for finding in findings.values() if finding.level == "problem"]
    assert problems == []
    assert findings["TensorFlow"].value.count(".") >= 2
    assert findings["Keras backend"].value == "tensorflow"
    assert {"Python", "KerasHub", "LiteRT", "CPU", "GPU", "Memory", "Free disk"} <= set(findings)
    assert findings["Memory"].value.endswith(" GB")


def test_importing_the_doctor_loads_none_of_its_patients():
    program = (
        "import sys, kerasapps.doctor; "
        "print([m for m in ('tensorflow', 'keras', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
