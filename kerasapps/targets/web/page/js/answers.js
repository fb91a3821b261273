// From what a file gives to what people read.

/** Scores of one input in the order of the labels, and the labels best first. */
export function classAnswer(answer, {model, labels}) {
  const {name, outputs} = model.first;
  return async (values) => {
    let scores = Object.values(await model.run(name, values))[0];
    const [output] = outputs;
    if (output.dtype === "uint8" && output.scale === null) {
      scores = scores.map((score) => score / answer.uint8_divisor);
    }
    return ranking(Array.from(scores), labels);
  };
}

/** The answer to several parts of one input: their scores on average. */
export function meanAnswer(answers, labels) {
  const mean = labels.map((_, at) =>
    answers.reduce((sum, {scores}) => sum + scores[at], 0) / answers.length,
  );
  return ranking(mean, labels);
}

function ranking(scores, labels) {
  const ranked = labels.map((label, at) => ({label, score: scores[at]}));
  // The sort keeps the order of equal scores, so that the first label wins.
  ranked.sort((one, other) => other.score - one.score);
  return {scores, ranked};
}

/** The number of one input, in the unit of the target. */
export function numberAnswer(answer, {model}) {
  const {name} = model.first;
  return async (values) => ({value: Object.values(await model.run(name, values))[0][0]});
}
