// A SentencePiece `.model` file, which is a message of Protocol Buffers.

export const NORMAL = 1;
export const UNKNOWN = 2;
export const CONTROL = 3;
export const USER_DEFINED = 4;
export const UNUSED = 5;
export const BYTE = 6;

const VARINT = 0;
const EIGHT_BYTES = 1;
const PREFIXED = 2;
const FOUR_BYTES = 5;

/** The fields of a message, one after another: its number and its value. */
function* fieldsOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  // Larger numbers than 2 ** 53 (negative ones) stand in no field that is read here.
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      if (at >= bytes.length) throw new Error("The .model file ends too early.");
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const [number, type] = [Math.floor(key / 8), key % 8];
    if (type === VARINT) yield [number, varint()];
    else if (type === PREFIXED) {
      const size = varint();
      yield [number, bytes.subarray(at, at + size)];
      at += size;
    } else if (type === FOUR_BYTES) {
      yield [number, view.getFloat32(at, true)];
      at += 4;
    } else if (type === EIGHT_BYTES) {
      at += 8;
    } else {
      throw new Error("The .model file is none of SentencePiece.");
    }
  }
}

/** The last value of each field that is named, or what it is where nobody says. */
function messageOf(bytes, names, values) {
  for (const [number, value] of fieldsOf(bytes)) {
    if (number in names) values[names[number]] = value;
  }
  return values;
}

const PIECE = {1: "text", 2: "score", 3: "type"};
const TRAINER = {3: "modelType", 24: "spaceIsSuffix", 35: "byteFallback", 44: "unknownText"};
const NORMALIZER = {
  2: "charsmap", 3: "addsPrefix", 4: "removesExtraSpaces", 5: "escapesSpaces",
};

/**
 * Reads a model: `pieces` by id (text, score, type), and how texts are normalized and cut.
 *
 * @param {Uint8Array} bytes content of the file.
 */
export function readModelFile(bytes) {
  const text = new TextDecoder("utf-8", {ignoreBOM: true});
  const pieces = [];
  let trainer = new Uint8Array(0);
  let normalizer = new Uint8Array(0);
  for (const [number, value] of fieldsOf(bytes)) {
    if (number === 1) {
      const piece = messageOf(value, PIECE, {text: value.subarray(0, 0), score: 0, type: NORMAL});
      pieces.push({...piece, text: text.decode(piece.text)});
    } else if (number === 2) trainer = value;
    else if (number === 3) normalizer = value;
  }
  const cuts = messageOf(trainer, TRAINER, {
    modelType: 1, spaceIsSuffix: 0, byteFallback: 0, unknownText: null,
  });
  const cleans = messageOf(normalizer, NORMALIZER, {
    charsmap: new Uint8Array(0), addsPrefix: 1, removesExtraSpaces: 1, escapesSpaces: 1,
  });
  return {
    ...cuts,
    ...cleans,
    pieces,
    isBytePair: cuts.modelType === 2,
    unknownText: cuts.unknownText === null ? " \u2047 " : text.decode(cuts.unknownText),
  };
}
