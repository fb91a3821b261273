"""The notebooks run, and the outputs that are kept are whole, small and of no machine.

In the default run the cells of the two that need a training are run beside the pages, with a
training that was done (`run_page`); here all of them are run with a kernel, training included.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.docs.notebooks import executed, outputs_of, printed
from tests.docs.pages import NOTEBOOKS, ROOT, blocks_of, name_of

LARGEST, LARGEST_PICTURE = 150_000, 40_000  # bytes
OF_A_MACHINE = re.compile(
    r"(?<![\w.])/(?:tmp|home|root|Users|work|var|opt|usr)/|site-packages|\b[A-Z]:\\"
)
SAYS = {
    "own_model_to_bundle": r"Svd \(layer 'spectrum'\)",
    "photos_to_phone": r"(?m)^(\d+) of \1 labels are the same$",
    "texts_to_browser": r"(?m)^(\d+) of \1 texts have the same ids|^No node on this machine",
}


def check_outputs(content: Any) -> None:
    """Every cell of code was run in order and none raised; what counts most was said."""
    cells = [cell for cell in content.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == [*range(1, len(cells) + 1)]
    assert "error" not in [output.output_type for output in outputs_of(content)]
    assert all(len(cell.outputs) <= 2 for cell in cells), "a stream in pieces"
    # What only terminals understand, and what TensorFlow tells notebooks.
    assert "\x1b" not in printed(content) and "INFO:tensorflow" not in printed(content)


@pytest.fixture(params=NOTEBOOKS, ids=name_of)
def notebook(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_what_is_kept_is_whole_small_and_of_no_machine(notebook: Path) -> None:
    text = notebook.read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST
    content = nbformat.read(notebook, as_version=4)
    nbformat.validate(content)
    check_outputs(content)
    assert re.search(SAYS[notebook.stem], printed(content))
    for output in outputs_of(content):
        assert all(len(str(value)) < LARGEST_PICTURE for value in output.get("data", {}).values())
    said = printed(content) + "".join(cell.source for cell in content.cells)
    assert not OF_A_MACHINE.search(said)
    assert sys.prefix not in said and str(ROOT) not in said
    for cell in blocks_of(notebook):
        compile(cell.text, str(cell), "exec")


@pytest.mark.slow  # trains; what it is made of is checked elsewhere
def test_a_kernel_runs_it_from_top_to_bottom(notebook: Path, tmp_path: Path) -> None:
    content = executed(notebook, tmp_path)
    check_outputs(content)
    assert re.search(SAYS[notebook.stem], printed(content))
