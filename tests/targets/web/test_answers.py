"""JavaScript says nothing where Python does."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kerasapps.deploy.undecided import Undecided
from tests.targets.web.node import needs_node, run_node

pytestmark = needs_node
ANSWERS = """
import {scoredAnswer} from "./js/answers.js";
const said = [];
for (const {answer: spec, scores} of given) {
  const outputs = [{dtype: "float32", scale: null}];
  const run = async () => ({scores: Float32Array.from(scores)});
  const model = {first: {name: "serve", outputs}, run};
  said.push((await scoredAnswer(spec, {model, labels: ["cat", "dog"]})({})).noAnswer);
}
answer(said);
"""


def test_classes_below_their_thresholds_are_no_answer(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    given = []
    for number in range(60):
        scores = draw.dirichlet([1, 1]).astype(np.float32)
        answer: dict[str, object] = {"kind": "classes"}
        if number % 3:
            answer["thresholds"] = [float(each) for each in draw.uniform(0.3, 1, 2)]
        if number % 2:
            answer["unknown"] = float(scores.max()) if number % 5 == 0 else draw.uniform(0.5, 1)
        if number % 7 == 0:
            answer["unknown_label"] = "dog"
        given.append({"answer": answer, "scores": scores.tolist()})
    expected = [
        Undecided.of(each["answer"], ("cat", "dog")).reason(np.array(each["scores"], np.float32))
        for each in given
    ]
    assert set(expected) == {"", "not sure", "none of these"}
    assert run_node(tmp_path, ANSWERS, given) == expected
