"""The scripts of `examples/` over the jobs of a file, whose functions are called one by one."""

import runpy
import sys
from typing import Any

from jobs import answer_jobs


def main() -> None:
    sys.modules["kerasapps"] = None  # type: ignore[assignment]  # whoever imports it fails
    answer_jobs(answers)


def answers(job: dict) -> list:
    """Scores, or translations, of each example, once the script agrees with the bundle's own."""
    given, sys.argv = sys.argv, [job["script"], job["bundle"], "--check"]
    try:
        script = runpy.run_path(job["script"])
    finally:
        sys.argv = given
    return [answer(script, job["artifact"], next(iter(each.values()))) for each in job["examples"]]


def answer(script: dict, artifact: str, example: Any) -> Any:
    """What its functions make of one example: a text, all scores, or a label and its number."""
    if "translate" in script:
        return script["translate"](example, artifact, script["how"]["default_beam"])
    if "scores" not in script:
        label, number = script["answer"](script["prepare"](example), artifact)
        return [label, float(number)]
    return [float(score) for score in script["scores"](script["prepare"](example), artifact)]


if __name__ == "__main__":
    main()
