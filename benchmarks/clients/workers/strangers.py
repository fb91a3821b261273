"""The scripts of `examples/` over the jobs of a file, whose functions are called one by one."""

import runpy
import sys
from typing import Any

from jobs import answer_jobs


def main() -> None:
    sys.modules["kerasapps"] = None  # type: ignore[assignment]  # whoever imports it fails
    answer_jobs(answers)


def answers(job: dict) -> list:
    """What each example is answered with, once the script agrees with the bundle's own examples."""
    given, sys.argv = sys.argv, [job["script"], job["bundle"], "--check"]
    try:
        script = runpy.run_path(job["script"])
    finally:
        sys.argv = given
    return [answer(script, job["artifact"], next(iter(each.values()))) for each in job["examples"]]


def answer(script: dict, artifact: str, example: Any) -> Any:
    """What its functions make of one example: a text, entities, or scores and what is told."""
    if "translate" in script:
        return script["translate"](example, artifact, script["how"]["default_beam"])
    if "entities" in script:
        marked = script["entities"](example, script["tags"](example, artifact))
        return [dict(zip(("label", "start", "end"), each, strict=True)) for each in marked]
    scores = script["scores"](script["prepare"](example), artifact)
    (name,) = script["answers"]
    told = script["told"](scores[name], script["answers"][name])[0]
    return {"scores": [float(each) for each in scores[name]], "told": told}


if __name__ == "__main__":
    main()
