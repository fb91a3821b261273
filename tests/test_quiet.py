"""TensorFlow is started without its chatter, once."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from kerasapps.quiet import import_whole_tensorflow, start_tensorflow
start_tensorflow(import_whole_tensorflow)
import os
assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3" and "keras" in sys.modules
start_tensorflow(lambda: 1 / 0)
"""


def test_python_hears_one_line_of_its_start() -> None:
    ended = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert (ended.stdout, ended.stderr) == ("", "Starting TensorFlow …\n")
