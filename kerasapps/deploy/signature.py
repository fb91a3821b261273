"""A further signature of a TFLite file, on one thread; no TensorFlow is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.deploy.pool import failing_as_bundle
from kerasapps.errors import BundleError


def signature_runner(path: Path, name: str, *, missing: str) -> Any:
    """What runs one of a file's signatures; it is for one thread.

    Args:
        path: the file.
        name: of the signature.
        missing: what is said of a file that has none of that name.

    Raises:
        BundleError: if it has not, or cannot be read.
    """
    from ai_edge_litert.interpreter import Interpreter

    with failing_as_bundle(path):
        interpreter = Interpreter(str(path), num_threads=1)
        if name not in interpreter.get_signature_list():
            raise BundleError(missing)
        return interpreter.get_signature_runner(name)
