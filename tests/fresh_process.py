"""Programs in a Python process of their own, which has imported nothing of ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# TensorFlow and Keras import these where they find them, for conveniences, and half of the time of
# the import goes into it. A program that runs without them also shows that it does not need them.
WITHOUT_EXTRAS = (
    "import sys\nsys.modules.update(dict.fromkeys(('matplotlib', 'pandas', 'scipy', 'sklearn')))\n"
)


def run_tensorflow_program(program: str, *arguments: str | Path) -> str:
    """What a program prints that needs TensorFlow but none of the packages above.

    Args:
        program: Python.
        arguments: its `sys.argv[1:]`.
    """
    command = [sys.executable, "-c", WITHOUT_EXTRAS + program, *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
