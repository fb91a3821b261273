// BERT's tokenizer: words are cut from the left into the longest pieces that the vocabulary has.

import {splitNormalized} from "./normalization.js";

/** A vocabulary file with a token a line, whose number is its id, as a Map. */
export function readTokenIds(text) {
  const lines = text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n").replace(/\n$/, "").split("\n");
  return new Map(lines.map((token, id) => [token, id]));
}

/** Finds the ids of a text; `spec` is `preprocessing` of the kind `wordpieces`. */
export class WordPieces {
  constructor(spec, vocabularyText) {
    this.spec = spec;
    this.ids = readTokenIds(vocabularyText);
    this.longestPiece = 0;
    for (const token of this.ids.keys()) {
      this.longestPiece = Math.max(this.longestPiece, token.length);
    }
  }

  /** All ids of a text between the start and the end token; nothing is cut off. */
  encodeAll(text) {
    const ids = [this.spec.start.id];
    for (const word of splitNormalized(text, this.spec.lowercase)) {
      for (const id of this.pieces([...word])) ids.push(id);
    }
    ids.push(this.spec.end.id);
    return ids;
  }

  /** As many ids as the network reads; the end token stays. */
  cut(ids) {
    const {length, end} = this.spec;
    return ids.length > length ? [...ids.slice(0, length - 1), end.id] : ids;
  }

  /** The ids of a word that is given as its characters. */
  pieces(characters) {
    const unknown = [this.spec.unknown.id];
    if (characters.length > this.spec.longest_word) return unknown;
    const found = [];
    for (let start = 0; start < characters.length; ) {
      const prefix = start ? this.spec.continuing_prefix : "";
      let end = Math.min(characters.length, start + this.longestPiece);
      let id;
      for (; end > start; end -= 1) {
        id = this.ids.get(prefix + characters.slice(start, end).join(""));
        if (id !== undefined) break;
      }
      if (id === undefined) return unknown;
      found.push(id);
      start = end;
    }
    return found;
  }
}
