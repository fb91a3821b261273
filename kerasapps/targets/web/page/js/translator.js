// A translator's two signatures, step by step, and the texts around them.

import {beamSearch, greedy} from "./search.js";
import {SentencePiece} from "./tokenizers/sentencepiece.js";

/**
 * Tensors that stay in the runtime's memory from step to step.
 *
 * They are counted, because hypotheses that go on from one share it, and because the runtime frees
 * nothing by itself.
 */
class State {
  constructor(tensors) {
    this.tensors = tensors;
    this.owners = 1;
  }

  release() {
    this.owners -= 1;
    if (!this.owners) for (const tensor of Object.values(this.tensors)) tensor.delete();
  }
}

/** Calls the network; `answer` names its signatures and tensors. */
class Stepper {
  constructor(model, answer) {
    this.model = model;
    this.answer = answer;
    this.inputs = new Map(
      model.signatures.get(answer.step).inputs.map((input) => [input.name, input]),
    );
    this.fixed = null;  // what no step changes: the memory of the source
  }

  async start(ids) {
    const {model, answer} = this;
    const [source] = model.signatures.get(answer.encode).inputs;
    const row = new Int32Array(source.shape.at(-1));
    row.set(ids);
    const input = model.tensor(source, row);
    const encoded = await model.runTensors(answer.encode, {[source.name]: input});
    input.delete();
    const changing = new Set(model.signatures.get(answer.step).outputs.map(({name}) => name));
    const [fixed, moving] = [{}, {}];
    for (const [name, details] of this.inputs) {
      if (name === answer.token || name === answer.position) continue;
      // What `encode` does not give begins as zeros.
      const size = details.shape.reduce((product, side) => product * side, 1);
      const tensor = encoded[name] ?? model.tensor(details, new Float32Array(size));
      (changing.has(name) ? moving : fixed)[name] = tensor;
    }
    this.fixed = new State(fixed);
    return new State(moving);
  }

  async step(token, position, state) {
    const {model, answer} = this;
    const inputs = {
      [answer.token]: model.tensor(this.inputs.get(answer.token), [token]),
      [answer.position]: model.tensor(this.inputs.get(answer.position), [position]),
    };
    const tensors = {...this.fixed.tensors, ...state.tensors, ...inputs};
    const given = await model.runTensors(answer.step, tensors);
    for (const input of Object.values(inputs)) input.delete();
    const {[answer.logits]: logits, [answer.attention]: attention, ...next} = given;
    const values = Float32Array.from(await logits.data());
    logits.delete();
    attention?.delete();
    return {logits: values, state: new State(next)};
  }

  keep(state) {
    state.owners += 1;
    return state;
  }

  release(state) {
    state.release();
  }

  /** Frees what all steps shared. */
  finish() {
    this.fixed?.release();
    this.fixed = null;
  }
}

/** A reader of texts, and what makes texts of pieces; `spec` is `preprocessing`. */
export async function sentenceReader(spec, {readBytes}) {
  const source = new SentencePiece(await readBytes(spec.source_file));
  const isJoint = spec.source_file === spec.target_file;
  const target = isJoint ? source : new SentencePiece(await readBytes(spec.target_file));
  return {
    target,
    async read(text) {
      const ids = source.encode(text);
      const cut = ids.slice(0, spec.source_length - 1);
      return {value: [...cut, spec.end_id], readsWhole: cut.length === ids.length};
    },
  };
}

/** Translates what the reader has read: the best translation, and alternatives. */
export function translationAnswer(answer, {model, reader}) {
  const text = ({ids, score}) => ({
    text: reader.target.decode(ids.slice(0, ids.indexOf(answer.end_id))),
    score,
  });
  return async (ids, {beam = answer.default_beam, count = 1, lengthPenalty} = {}) => {
    if (ids.length <= 1) return {text: "", score: 0, alternatives: [], steps: 0};
    const stepper = new Stepper(model, answer);
    try {
      const options = {beam: Math.max(beam, count), count, lengthPenalty};
      const found = options.beam === 1
        ? [await greedy(stepper, ids, answer, options)]
        : await beamSearch(stepper, ids, answer, options);
      const [best, ...others] = found.map(text);
      return {...best, alternatives: others, steps: found[0].ids.length};
    } finally {
      stepper.finish();
    }
  };
}
