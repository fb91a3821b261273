// From a network that says the next piece to whole translations: greedy and beam search.
//
// A stepper has `start(ids)` and `step(token, position, state)`, which gives `{logits, state}` and
// changes no state that it is given, `release(state)` for what is not needed any more.

const {fround} = Math;  // log-probabilities are float32, so that what is equal there is equal here

/** What each piece adds to a hypothesis; minus infinity for those that may not follow. */
export function logProbabilities(logits, {forbidden, end, floor, onlyEnd}) {
  let highest = -Infinity;
  for (const logit of logits) if (logit > highest) highest = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(fround(logit - highest));
  const rest = fround(Math.log(sum));
  const chances = new Float32Array(logits.length);
  for (let id = 0; id < logits.length; id += 1) {
    const chance = fround(fround(logits[id] - highest) - rest);
    chances[id] = chance > floor ? chance : floor;  // what is no number is as good as impossible
    if (onlyEnd && id !== end) chances[id] = -Infinity;
  }
  for (const id of forbidden) chances[id] = -Infinity;
  return chances;
}

/** The search that a manifest's `answer` describes, of at most so many pieces. */
function rulesOf(answer, penalty) {
  const divide = (total, length) => fround(total / fround(length ** penalty));
  return {
    divide,
    most: answer.max_steps,
    chances: (logits, length) =>
      logProbabilities(logits, {
        forbidden: answer.forbidden_ids,
        end: answer.end_id,
        floor: answer.floor,
        onlyEnd: length + 1 === answer.max_steps,
      }),
  };
}

/** The translation that always takes the likeliest next piece: `{ids, score}`. */
export async function greedy(stepper, source, answer, {lengthPenalty} = {}) {
  const rules = rulesOf(answer, lengthPenalty ?? answer.length_penalty);
  const ids = [];
  let state = await stepper.start(source);
  let token = answer.start_id;
  let total = 0;
  while (token !== answer.end_id) {
    const position = answer.first_position + ids.length;
    const {logits, state: next} = await stepper.step(token, position, state);
    stepper.release(state);
    state = next;
    const chances = rules.chances(logits, ids.length);
    token = chances.reduce((best, chance, id) => (chance > chances[best] ? id : best), 0);
    total = fround(total + chances[token]);
    ids.push(token);
  }
  stepper.release(state);
  return {ids, score: rules.divide(total, ids.length)};
}

/** Places of the largest finite values, best first, of equal ones the first first. */
function bestPlaces(values, count) {
  const best = [];
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place];
    if (value === -Infinity) continue;
    if (best.length === count && value <= values[best[count - 1]]) continue;
    let at = best.length;
    while (at > 0 && value > values[best[at - 1]]) at -= 1;
    best.splice(at, 0, place);
    if (best.length > count) best.pop();
  }
  return best;
}

/**
 * The best translations that can be found by keeping `beam` unfinished ones, best first.
 *
 * A step looks at the `2 * beam` likeliest ways to go on. Those among the first `beam` that end are
 * finished; the first `beam` that do not end stay open. The search stops when no open one can
 * become better than the worst that will be returned.
 */
export async function beamSearch(stepper, source, answer, {beam, lengthPenalty, count = 1}) {
  const rules = rulesOf(answer, lengthPenalty ?? answer.length_penalty);
  let opened = [{ids: [], total: 0, state: await stepper.start(source)}];
  let kept = [];
  for (let length = 0; length < rules.most; length += 1) {
    const {ended, open} = await goOn(stepper, opened, {answer, rules, beam});
    opened = open;
    kept = [...kept, ...ended].sort((one, other) => other.score - one.score).slice(0, count);
    const worst = kept[count - 1];
    if (!opened.length) break;
    if (worst && worst.score >= rules.divide(opened[0].total, rules.most)) break;
  }
  for (const {state} of opened) stepper.release(state);
  return kept;
}

/** One step of all open hypotheses: those that end now, and those that stay open. */
async function goOn(stepper, opened, {answer, rules, beam}) {
  const states = [];
  const chances = [];
  const {length} = opened[0].ids;
  for (const {ids, state} of opened) {
    const token = length ? ids[length - 1] : answer.start_id;
    const stepped = await stepper.step(token, answer.first_position + length, state);
    stepper.release(state);
    states.push(stepped.state);
    chances.push(rules.chances(stepped.logits, length));
  }
  const pieces = chances[0].length;
  const totals = new Float32Array(opened.length * pieces);
  opened.forEach(({total}, at) =>
    chances[at].forEach((chance, id) => {
      totals[at * pieces + id] = total + chance;
    }),
  );
  const ended = [];
  const open = [];
  bestPlaces(totals, 2 * beam).forEach((place, rank) => {
    const [parent, piece] = [Math.floor(place / pieces), place % pieces];
    const [ids, total] = [[...opened[parent].ids, piece], totals[place]];
    if (piece !== answer.end_id) {
      if (open.length < beam) open.push({ids, total, state: stepper.keep(states[parent])});
    } else if (rank < beam) {
      ended.push({ids, score: rules.divide(total, ids.length)});
    }
  });
  for (const state of states) stepper.release(state);
  return {ended, open};
}
