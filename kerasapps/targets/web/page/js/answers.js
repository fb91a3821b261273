// From what a file gives to what people read.

/**
 * Scores of one input in the order of the labels, and the labels best first; of sets the chosen, of
 * classes why the best is no answer, empty where it is one.
 */
export function scoredAnswer(answer, {model, labels}) {
  const {name, outputs} = model.first;
  return async (values) => {
    let scores = Object.values(await model.run(name, values))[0];
    const [output] = outputs;
    if (output.dtype === "uint8" && output.scale === null) {
      scores = scores.map((score) => score / answer.uint8_divisor);
    }
    return told(Array.from(scores), labels, answer);
  };
}

/** The answer to several parts of one input: their scores, or numbers, on average. */
export function meanAnswer(answers, {answer, labels}) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  if (answer.kind === "number") return {value: mean(answers.map(({value}) => value))};
  const scores = labels.map((_, at) => mean(answers.map((each) => each.scores[at])));
  return told(scores, labels, answer);
}

/** Why the likeliest of some classes is no answer. Python compares float32 values. */
function noAnswer({label, score, at}, {thresholds, unknown, unknown_label}) {
  const below = (limit) => limit !== undefined && Math.fround(score) < Math.fround(limit);
  if (label === unknown_label || below(unknown)) return "none of these";
  return below(thresholds?.[at]) ? "not sure" : "";
}

function told(scores, labels, answer) {
  const {kind, thresholds} = answer;
  const ranked = labels.map((label, at) => ({label, score: scores[at], at}));
  // The sort keeps the order of equal scores, so that the first label wins.
  ranked.sort((one, other) => other.score - one.score);
  if (kind !== "labels") return {scores, ranked, noAnswer: noAnswer(ranked[0], answer)};
  // Python compares float32 values.
  const reaches = ({score, at}) => Math.fround(score) >= Math.fround(thresholds[at]);
  return {scores, ranked, chosen: ranked.filter(reaches)};
}

/** The number of one input, in the unit of the target. */
export function numberAnswer(answer, {model}) {
  const {name} = model.first;
  return async (values) => ({value: Object.values(await model.run(name, values))[0][0]});
}
