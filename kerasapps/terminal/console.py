"""Tables, styles and live displays, as safe as the plain lines of `kerasapps.terminal.streams`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from kerasapps.terminal.streams import StandardStream
from kerasapps.wording.harmless import harmless

NOTEBOOK_WIDTH = 96
"""Characters of a line for which the pages that show notebooks have room."""


def in_notebook() -> bool:
    """Whether this process is the kernel of a notebook."""
    ask = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return ask is not None and hasattr(ask(), "kernel")


class SafeConsole(Console):
    """A console that writes nothing which may command a terminal, and loses nothing.

    In a notebook too it writes plain lines to its stream, in the order of all others: no HTML past
    it, and nothing that only terminals understand, though kernels set FORCE_COLOR.

    Args:
        stderr: whether it writes to standard error, whatever that is at the moment of writing.
        file: another stream to write to.
        options: of `rich.console.Console`.
    """

    def __init__(self, *, stderr: bool = False, file: Any = None, **options: Any) -> None:
        stream: Any = StandardStream(errors=stderr) if file is None else file
        if in_notebook():
            options = {"force_terminal": False, "width": NOTEBOOK_WIDTH, **options}
        super().__init__(file=stream, stderr=stderr, force_jupyter=False, **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Segments of a renderable; those that are no commands of ours are made harmless."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(harmless(segment.text), segment.style)
