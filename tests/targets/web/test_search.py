"""JavaScript searches for translations as Python does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kerasapps.deploy.hypotheses import END, FLOOR
from kerasapps.deploy.translation_search import beam_search, greedy
from kerasapps.recipes.translation.answer import explain_search
from tests.targets.web.node import needs_node, run_node

pytestmark = needs_node
PIECES, STEPS = 12, 9
PROGRAM = """
import {beamSearch, greedy} from "./js/search.js";
let held = 0;
const stepper = {
  start: async () => { held += 1; return {n: 0, owners: 1}; },
  step: async (token, position, state) => {
    if (position !== state.n) throw new Error("a state of another step");
    held += 1;
    const logits = Float32Array.from(given.table[position][token], (each) => each ?? NaN);
    return {logits, state: {n: position + 1, owners: 1}};
  },
  keep: (state) => { state.owners += 1; return state; },
  release: (state) => {
    state.owners -= 1;
    if (state.owners < 0) throw new Error("released twice");
    if (!state.owners) held -= 1;
  },
};
const found = [await greedy(stepper, [], given.answer)];
for (const options of given.searches) {
  found.push(await beamSearch(stepper, [], given.answer, options));
}
answer({found, held});
"""


class Table:
    """A network whose logits only the position and the piece before decide."""

    def __init__(self, logits: np.ndarray) -> None:
        self.logits = logits

    def start(self, source_ids: np.ndarray) -> int:
        return 0

    def step(self, token: int, position: int, state: int) -> tuple[np.ndarray, int, np.ndarray]:
        assert state == position
        return self.logits[position, token], position + 1, np.zeros(1, np.float32)


@pytest.mark.parametrize("seed", range(3))
def test_the_same_translations_are_found(seed: int, tmp_path: Path) -> None:
    draw = np.random.default_rng(seed)
    logits = draw.normal(0, 2, (STEPS, PIECES, PIECES)).astype(np.float32)
    logits[1] = logits[1].round()  # equals
    logits[2, 5, 4] = np.nan
    logits[:, :, END] += seed - 1
    stepper, source = Table(logits), np.array([END], np.int32)
    searches = [(1, 1, 0.0), (4, 1, 1.0), (4, 4, 0.6), (30, 30, 1.5), (2, 2, 1.0)]
    answer = explain_search(max_steps=STEPS, beam=4, length_penalty=1.0)
    assert answer["floor"] == FLOOR
    table = [[[None if np.isnan(x) else float(x) for x in row] for row in step] for step in logits]
    given = {
        "table": table,
        "answer": answer,
        "searches": [{"beam": b, "count": n, "lengthPenalty": p} for b, n, p in searches],
    }
    told = run_node(tmp_path, PROGRAM, given)
    assert told["held"] == 0, "every state is given back"
    first, *others = told["found"]
    expected = [
        beam_search(stepper, source, beam=b, n_best=n, length_penalty=p, max_length=STEPS)
        for b, n, p in searches
    ]
    expected.insert(0, (greedy(stepper, source, max_length=STEPS),))
    for found, hypotheses in zip([[first], *others], expected, strict=True):
        assert [each["ids"] for each in found] == [list(each.ids) for each in hypotheses]
        scores = [each["score"] for each in found]
        np.testing.assert_allclose(scores, [each.score for each in hypotheses], rtol=1e-5)
