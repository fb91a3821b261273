// Whether this browser answers the bundle's own examples as Python did.

const CLOSE = 0.01;  // of scores, which the kernels of other machines round otherwise

function isClose(one, other) {
  return Math.abs(one - other) <= CLOSE * Math.max(1, Math.abs(other));
}

/** Whether an answer is the one that is expected, as `examples.json` writes it. */
export function agrees(answer, expected) {
  if ("beam" in expected) return answer.text === expected.beam.text;
  if ("value" in expected) return isClose(answer.value, expected.value);
  const scores = expected.scores ?? [];
  if (!scores.every((score, at) => isClose(answer.scores[at], score))) return false;
  if ("labels" in expected) {
    return answer.chosen.map(({label}) => label).join("\n") === expected.labels.join("\n");
  }
  const [best] = answer.ranked;
  const label = answer.noAnswer ? null : best.label;
  return label === expected.label && isClose(best.score, expected.score);
}

/**
 * Answers the bundle's examples.
 *
 * @returns how many there are for the file that runs, and of how many the answer is the expected one.
 */
export async function selfCheck(app) {
  const {about, at} = app;
  const {examples} = await (await fetch(at(about.examples))).json();
  const told = examples.filter(({answers}) => about.artifact in answers);
  let right = 0;
  for (const {input, answers} of told) {
    const isFile = ["picture", "sound"].includes(about.preprocessing.kind);
    const raw = isFile ? await (await fetch(at(input))).blob() : input;
    if (agrees(await app.predict(raw), answers[about.artifact])) right += 1;
  }
  return {count: told.length, right};
}
