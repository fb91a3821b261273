// SentencePiece in plain JavaScript, from a `.model` file: texts to ids and back.

import {BytePairs} from "./bpe.js";
import {Normalizer, SPACE} from "./charsmap.js";
import {
  BYTE, CONTROL, NORMAL, UNKNOWN, UNUSED, USER_DEFINED, readModelFile,
} from "./model_file.js";
import {Unigram} from "./unigram.js";
import {bytesOf, characterAt} from "./utf8.js";

const FOUND_IN_TEXTS = new Set([NORMAL, USER_DEFINED, UNUSED]);

function bytePiece(byte) {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

/** One vocabulary, of the kinds unigram and BPE. */
export class SentencePiece {
  /** @param {Uint8Array} file content of the `.model` file. */
  constructor(file) {
    const model = readModelFile(file);
    this.model = model;
    this.pieces = model.pieces;
    const ids = new Map();
    this.bytes = new Map();
    this.unknownId = 0;
    model.pieces.forEach(({text, type}, id) => {
      if (FOUND_IN_TEXTS.has(type)) ids.set(text, id);
      if (type === BYTE) this.bytes.set(text, id);
      if (type === UNKNOWN) this.unknownId = id;
    });
    const userDefined = model.pieces.filter(({type}) => type === USER_DEFINED);
    this.normalizer = new Normalizer(model, userDefined.map(({text}) => text));
    this.cutter = model.isBytePair ? new BytePairs(model, ids) : new Unigram(model, ids);
  }

  /** The ids of all pieces of a text. */
  encode(text) {
    const found = [];
    let afterUnknown = false;
    for (const [piece, id] of this.cutter.cut(this.normalizer.normalize(text))) {
      const isUnknown = id < 0;
      if (isUnknown && this.model.byteFallback) {
        for (const byte of bytesOf(piece)) found.push(this.bytes.get(bytePiece(byte)));
      } else if (!(isUnknown && afterUnknown)) {  // a run of unknown pieces is one
        found.push(isUnknown ? this.unknownId : id);
      }
      afterUnknown = isUnknown;
    }
    return found;
  }

  /** The text that ids spell; control pieces spell nothing. */
  decode(ids) {
    let text = "";
    let spelled = [];
    let atStart = true;
    let droppedBlank = false;
    const spell = () => {
      for (let at = 0; at < spelled.length; ) {
        const [character, size] = characterAt(spelled, at);
        text += character;
        at += size;
      }
      spelled = [];
    };
    for (const id of ids) {
      const {text: piece, type} = this.pieces[id];
      if (type === BYTE) {
        spelled.push(Number.parseInt(piece.slice(3, 5), 16));
        continue;
      }
      spell();
      if (droppedBlank || text) atStart = false;
      droppedBlank = false;
      if (type === CONTROL) continue;
      if (type === UNKNOWN) {
        text += this.model.unknownText;
        continue;
      }
      const dropsBlanks = this.model.addsPrefix || this.model.removesExtraSpaces;
      const starts = atStart && dropsBlanks && piece.startsWith(SPACE);
      text += (starts ? piece.slice(SPACE.length) : piece).replaceAll(SPACE, " ");
      droppedBlank = starts && !this.model.removesExtraSpaces;
    }
    spell();
    return text;
  }

  /** What each id stands for; "▁" begins a word. */
  piecesOf(ids) {
    return ids.map((id) => this.pieces[id].text);
  }
}
