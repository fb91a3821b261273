"""Runs the notebooks of `examples/` with a kernel: `python -m tests.docs.notebooks` renews them."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from tests.docs.pages import NOTEBOOKS, name_of

LONGEST = 1800
"""Seconds that a cell may take, on a machine that is busy."""

CHATTER = re.compile(
    r"^(?:[IWE]0000 00:00:|WARNING: All log messages before|INFO: Created TensorFlow Lite).*\n?",
    re.MULTILINE,
)
"""What the C++ sides of TensorFlow and LiteRT tell when they start."""


def executed(notebook: Path, folder: Path) -> Any:
    """The notebook with new outputs, as `nbformat` has it.

    Args:
        notebook: the file, which stays as it is.
        folder: an empty one, in which the cells work.

    Raises:
        CellExecutionError: if a cell raises.
    """
    # Only here, as they take a second to import.
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager
    from nbclient import NotebookClient

    content = nbformat.read(notebook, as_version=4)
    # This very interpreter, whatever other kernels there are on the machine.
    kernel = AsyncKernelManager(
        kernel_name=NATIVE_KERNEL_NAME, kernel_spec_manager=KernelSpecManager(kernel_dirs=[])
    )
    NotebookClient(
        content,
        km=kernel,
        timeout=LONGEST,
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        coalesce_streams=True,
    ).execute()
    return tidied(content)


def tidied(content: Any) -> Any:
    """The notebook without what differs from machine to machine and says nothing."""
    content.metadata.language_info = {"name": "python"}
    for cell in content.cells:
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop("image/jpeg", None)  # the same as the PNG
            if "text" in output:
                output.text = CHATTER.sub("", output.text)
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if output.get("text") != ""]
    return content


def outputs_of(content: Any) -> Iterator[Any]:
    """Whatever the cells of a notebook gave, in order."""
    for cell in content.cells:
        yield from cell.get("outputs", ())


def printed(content: Any) -> str:
    """What the cells of a notebook printed."""
    return "".join(output.get("text", "") for output in outputs_of(content))


def renew(names: list[str]) -> None:
    """Executes notebooks, all of them if none is named, and keeps their outputs."""
    for notebook in NOTEBOOKS:
        if not names or notebook.stem in names or name_of(notebook) in names:
            with tempfile.TemporaryDirectory(prefix="kerasapps-") as folder:
                nbformat.write(executed(notebook, Path(folder)), notebook)
            print(f"renewed {name_of(notebook)}")


if __name__ == "__main__":
    renew(sys.argv[1:])
