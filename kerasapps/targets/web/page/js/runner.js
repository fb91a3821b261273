// A TFLite file in LiteRT.js: values in by name, values out by name.

import {loadAndCompile, loadLiteRt, Tensor} from "@litertjs/core";

const ARRAYS = {float32: Float32Array, int32: Int32Array, uint8: Uint8Array};
const LIMITS = {int32: [-(2 ** 31), 2 ** 31 - 1], uint8: [0, 255]};

/** Loads the runtime, and the file; `runtime` and `file` are addresses. */
export async function loadModel(runtime, file, signatures) {
  await loadLiteRt(runtime);
  return new Model(await loadAndCompile(file, {accelerator: "wasm"}), signatures);
}

/** Real values as a tensor holds them: as they are, or on the tensor's own scale. */
function quantized(values, {dtype, scale, zero_point: zero}) {
  const isPlain = scale === null || (zero === 0 && Math.abs(scale - 1) < 1e-5);
  if (isPlain || dtype === "float32") return ARRAYS[dtype].from(values);
  const [low, high] = LIMITS[dtype];
  return ARRAYS[dtype].from(values, (value) =>
    Math.min(high, Math.max(low, Math.round(value / scale) + zero)),
  );
}

/** Values of a tensor on the scale of real ones, as float32. */
function dequantized(values, {dtype, scale, zero_point: zero}) {
  if (dtype === "float32" || scale === null) return Float32Array.from(values);
  return Float32Array.from(values, (value) => (value - zero) * scale);
}

/** A loaded file; `signatures` are those that the bundle's manifest lists. */
export class Model {
  constructor(compiled, signatures) {
    this.compiled = compiled;
    this.signatures = new Map(signatures.map((signature) => [signature.name, signature]));
  }

  /** The first signature, which is the only one of what is no translator. */
  get first() {
    return [...this.signatures.values()][0];
  }

  /** Runs what is first run on zeros: the first run of all takes longer than others. */
  async warmUp() {
    const {name, inputs} = this.first;
    const zeros = ({shape}) => new Float32Array(shape.reduce((product, side) => product * side, 1));
    await this.run(name, Object.fromEntries(inputs.map((input) => [input.name, zeros(input)])));
  }

  /** A tensor of one of a signature's inputs; whoever makes it deletes it. */
  tensor(input, values) {
    return new Tensor(quantized(values, input), input.shape);
  }

  /** Runs a signature on tensors by name; the tensors that it gives are the caller's. */
  runTensors(name, inputs) {
    return this.compiled.signatures[name].run(inputs);
  }

  /** Runs a signature on values by name, and gives float32 values by name. */
  async run(name, values) {
    const signature = this.signatures.get(name);
    const inputs = {};
    for (const input of signature.inputs) {
      inputs[input.name] = this.tensor(input, values[input.name]);
    }
    const outputs = await this.runTensors(name, inputs);
    const found = {};
    for (const output of signature.outputs) {
      found[output.name] = dequantized(await outputs[output.name].data(), output);
    }
    for (const each of [...Object.values(inputs), ...Object.values(outputs)]) each.delete();
    return found;
  }
}
