// SentencePiece's normalization: a table from character sequences to texts, and rules for spaces.

import {bytesOf, characterAt} from "./utf8.js";

export const SPACE = "\u2581";  // how pieces write a blank

/**
 * The table as the `.model` file has it: its size, a double-array trie (Darts-clone), and texts
 * that each end in a zero byte.
 */
export class Charsmap {
  constructor(bytes) {
    if (bytes.length < 4) {
      this.units = new Uint32Array(0);
      return;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = view.getUint32(0, true);
    this.units = Uint32Array.from({length: size / 4}, (_, at) => view.getUint32(4 + 4 * at, true));
    this.texts = bytes.subarray(4 + size);
    this.known = new Map();
  }

  /** What the longest known sequence at a place becomes, as `[text, bytes]`, or null. */
  match(bytes, start) {
    const {units} = this;
    if (!units.length) return null;
    let node = offsetOf(units[0]);
    let found = null;
    for (let at = start; at < bytes.length; at += 1) {
      node ^= bytes[at];
      const unit = units[node];
      if (((unit & 0x800000ff) >>> 0) !== bytes[at]) break;
      node ^= offsetOf(unit);
      if ((unit >>> 8) & 1) found = [units[node] & 0x7fffffff, at + 1 - start];
    }
    return found === null ? null : [this.text(found[0]), found[1]];
  }

  text(start) {
    let text = this.known.get(start);
    if (text === undefined) {
      text = new TextDecoder().decode(this.texts.subarray(start, this.texts.indexOf(0, start)));
      this.known.set(start, text);
    }
    return text;
  }
}

function offsetOf(unit) {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

/** Normalizes texts as a `.model` file says. */
export class Normalizer {
  constructor(model, userDefined) {
    this.model = model;
    this.charsmap = new Charsmap(model.charsmap);
    // A piece that a user defined is never changed.
    this.userDefined = userDefined.map(bytesOf).sort((one, other) => other.length - one.length);
  }

  /** The text with normalized characters, and `SPACE` for blanks. */
  normalize(text) {
    const {removesExtraSpaces, addsPrefix, spaceIsSuffix, escapesSpaces} = this.model;
    const blank = escapesSpaces ? SPACE : " ";
    const bytes = bytesOf(text);
    let at = 0;
    if (removesExtraSpaces) {
      while (at < bytes.length) {
        const [part, size] = this.next(bytes, at);
        if (part !== " ") break;
        at += size;
      }
    }
    if (at === bytes.length) return "";
    const parts = addsPrefix && !spaceIsSuffix ? [blank] : [];
    let afterBlank = Boolean(removesExtraSpaces);
    while (at < bytes.length) {
      const [whole, size] = this.next(bytes, at);
      const part = afterBlank ? whole.replace(/^ +/, "") : whole;
      if (part) {
        parts.push(escapesSpaces ? part.replaceAll(" ", SPACE) : part);
        afterBlank = part.endsWith(" ");
      }
      at += size;
      if (!removesExtraSpaces) afterBlank = false;
    }
    let clean = parts.join("");
    if (removesExtraSpaces) {
      let end = clean.length;
      while (end > 0 && clean[end - 1] === blank) end -= 1;
      clean = clean.slice(0, end);
    }
    return addsPrefix && spaceIsSuffix ? clean + blank : clean;
  }

  /** What stands at a place, normalized, and how many bytes it had. */
  next(bytes, at) {
    const user = this.userDefined.find((piece) => piece.every((byte, n) => byte === bytes[at + n]));
    if (user) return [new TextDecoder().decode(user), user.length];
    return this.charsmap.match(bytes, at) ?? characterAt(bytes, at);
  }
}
