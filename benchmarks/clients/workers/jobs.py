"""The jobs of a file, answered a line each; whoever asks may have any Python and no kerasapps."""

import json
import sys
from collections.abc import Callable
from pathlib import Path


def answer_jobs(answers: Callable[[dict], list]) -> None:
    """Prints an object for each job: its `answers`, or the `error` that kept them away.

    Args:
        answers: what is made of a job of the file that `sys.argv[1]` names.
    """
    for job in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        try:
            line = {"answers": answers(job)}
        except (Exception, SystemExit) as error:
            line = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(line), flush=True)
