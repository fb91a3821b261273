"""The quick import of TensorFlow, in a fresh process."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
import scipy
from kerasapps.process.lean import import_tensorflow
tf = import_tensorflow()
names = {"keras", "matplotlib", "pandas", "scipy", "sklearn", "tensorflow"}
print(*sorted(names & set(sys.modules)))
import matplotlib.pyplot, pandas, sklearn.metrics
import kerasapps.outputs.classes.metrics
import keras
dense = keras.layers.Dense(1, kernel_initializer="ones")
print(float(dense(tf.ones((1, 3)))[0, 0]))
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_tensorflow_comes_alone_and_the_others_can_follow() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == ["keras scipy tensorflow", "3.0"]


def test_a_searchs_worker_imports_nothing_that_takes_seconds() -> None:
    code = (
        "import sys, kerasapps.workflow.search.worker\n"
        "heavy = {'keras', 'keras_tuner', 'matplotlib', 'scipy', 'sklearn', 'tensorflow'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    ended = run(code)
    assert ended.returncode == 0, ended.stderr
